import { type ConstDirectiveNode, type ConstValueNode, type EnumValueNode, Kind, print } from 'graphql'
import { didYouMean } from './did-you-mean.ts'
import type { RuleId } from './rules.ts'
import type { Scope } from './scope.ts'

/** The enums whose values a directive may name, with the rule that an unknown name breaks. */
const ENUMS = {
  Purpose: { rule: 'PG203', noun: 'purpose' },
  Role: { rule: 'PG204', noun: 'role' },
  LegalBasis: { rule: 'PG205', noun: 'legal basis' },
  Article9Ground: { rule: 'PG229', noun: 'ground of GDPR Article 9' },
  DataCategory: { rule: 'PG206', noun: 'data category' },
  Transform: { rule: 'PG207', noun: 'transform' },
  RowScope: { rule: 'PG107', noun: 'scope of rows' },
} as const satisfies Readonly<Record<string, { rule: RuleId; noun: string }>>

/**
 * A text; undefined where it is absent or (reported) something else. Null is as good as absent where the argument is
 * optional.
 */
export function textArgument(
  directive: ConstDirectiveNode,
  name: string,
  { reporter }: Scope,
): TextNode | undefined {
  const value = argumentOf(directive, name)
  if (value === undefined || (value.kind === Kind.NULL && !REQUIRED_TEXTS.has(name))) return undefined
  if (value.kind === Kind.STRING) return { text: value.value, node: value }
  reporter.report(
    'PG107',
    value,
    `\`${name}\` of \`@${directive.name.value}\` is a text, not \`${print(value)}\``,
  )
  return undefined
}

const REQUIRED_TEXTS: ReadonlySet<string> = new Set(['owner', 'reviewed'])

export interface TextNode {
  readonly text: string
  readonly node: ConstValueNode
}

/** A value of an enum; undefined where it is absent or (reported) unknown. */
export function nameArgument(
  directive: ConstDirectiveNode,
  name: string,
  type: keyof typeof ENUMS,
  scope: Scope,
): EnumValueNode | undefined {
  const value = argumentOf(directive, name)
  return value === undefined ? undefined : knownName(value, directive, name, type, scope)
}

/** The known names of a list; one name alone is a list of one (GraphQL spec 3.11). */
export function namesArgument(
  directive: ConstDirectiveNode,
  name: string,
  type: keyof typeof ENUMS,
  scope: Scope,
): readonly EnumValueNode[] {
  const value = argumentOf(directive, name)
  if (value === undefined) return []
  const items = value.kind === Kind.LIST ? value.values : [value]
  return items.flatMap((item) => knownName(item, directive, name, type, scope) ?? [])
}

export function argumentOf(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value
}

function knownName(
  value: ConstValueNode,
  directive: ConstDirectiveNode,
  argument: string,
  type: keyof typeof ENUMS,
  { definitions, reporter }: Scope,
): EnumValueNode | undefined {
  const { rule, noun } = ENUMS[type]
  if (value.kind !== Kind.ENUM) {
    const said = `\`${argument}\` of \`@${directive.name.value}\` names a ${noun}, and \`${print(value)}\` is not a name`
    reporter.report('PG107', value, said, value.kind === Kind.STRING ? 'leave out the quotes' : undefined)
    return undefined
  }
  const known = definitions.enums.get(type)?.values.map((node) => node.name.value)
  if (known?.includes(value.value)) return value
  // Without the enum there is one finding for it, not one for each name.
  if (known)
    reporter.report(rule, value, `no ${noun} is named \`${value.value}\``, didYouMean(value.value, known))
  return undefined
}
