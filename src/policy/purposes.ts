import type { ConstDirectiveNode, EnumValueDefinitionNode } from 'graphql'
import { argumentOf, nameArgument, namesArgument, textArgument } from './arguments.ts'
import { isCalendarDate } from './calendar-date.ts'
import { checkGrounds } from './check-grounds.ts'
import { groupRuleOf } from './group-rule.ts'
import type { Article9Ground, LegalBasis, Purpose, RowScope } from './purpose.ts'
import { directivesNamed, type Scope } from './scope.ts'
import { NO_TERMS, termsOf } from './terms.ts'

/** Reads `enum Purpose`. Every value is in the result, so that one mistake is not reported once more at each use. */
export function purposesOf(scope: Scope): ReadonlyMap<string, Purpose> {
  const values = scope.definitions.enums.get('Purpose')?.values ?? []
  return new Map(values.map((value) => [value.name.value, purposeOf(value, scope)]))
}

function purposeOf(value: EnumValueDefinitionNode, scope: Scope): Purpose {
  const name = value.name.value
  const description = value.description?.value.trim() ?? ''
  if (description === '')
    scope.reporter.report(
      'PG212',
      value.name,
      `the purpose \`${name}\` has no description`,
      'say in one sentence what is processed and why',
    )
  const [processing] = directivesNamed(value, 'processing')
  if (processing === undefined)
    scope.reporter.report(
      'PG202',
      value.name,
      `the purpose \`${name}\` has no \`@processing\``,
      'add `@processing(basis:, roles:, owner:, reviewed:)`',
    )
  return {
    name,
    description,
    ...(processing ? processingOf(name, processing, scope) : NOTHING),
  }
}

/** Stands in where a MUST finding keeps the policy from existing. */
const NOTHING = {
  basis: 'CONSENT',
  roles: [],
  owner: '',
  reviewed: '',
  recipient: undefined,
  scope: 'OWN',
  law: undefined,
  interest: undefined,
  article9: undefined,
  groups: undefined,
  ...NO_TERMS,
} as const

function processingOf(
  name: string,
  processing: ConstDirectiveNode,
  scope: Scope,
): Omit<Purpose, 'name' | 'description'> {
  const { reporter } = scope
  const basis = nameArgument(processing, 'basis', 'LegalBasis', scope)
  const roles = namesArgument(processing, 'roles', 'Role', scope)
  const owner = textArgument(processing, 'owner', scope)
  const reviewed = textArgument(processing, 'reviewed', scope)
  const recipient = textArgument(processing, 'recipient', scope)

  const rolesNode = argumentOf(processing, 'roles')
  if (rolesNode?.kind === 'ListValue' && rolesNode.values.length === 0)
    reporter.report('PG211', rolesNode, `the purpose \`${name}\` names no role`)
  if (owner?.text.trim() === '')
    reporter.report('PG208', owner.node, `the owner of the purpose \`${name}\` is empty`)
  if (recipient?.text.trim() === '')
    reporter.report(
      'PG208',
      recipient.node,
      `the recipient of the purpose \`${name}\` is empty`,
      'leave `recipient` out where nobody outside receives the data',
    )
  if (reviewed && !isCalendarDate(reviewed.text))
    reporter.report(
      'PG209',
      reviewed.node,
      `\`${reviewed.text}\` is not a calendar date`,
      'write `YYYY-MM-DD`',
    )
  if (recipient && basis && basis.value !== 'CONSENT')
    reporter.report(
      'PG210',
      recipient.node,
      `the purpose \`${name}\` has a recipient and the basis \`${basis.value}\``,
      'data goes to a third party by `basis: CONSENT` only',
    )
  const grounds = checkGrounds(name, processing, basis, scope)
  const article9 = nameArgument(processing, 'article9', 'Article9Ground', scope)
  return {
    ...grounds,
    article9: article9?.value as Article9Ground | undefined,
    basis: (basis?.value ?? NOTHING.basis) as LegalBasis,
    roles: [...new Set(roles.map((role) => role.value))].sort(),
    owner: owner?.text.trim() ?? '',
    reviewed: reviewed?.text ?? '',
    recipient: recipient?.text.trim(),
    scope: (nameArgument(processing, 'scope', 'RowScope', scope)?.value ?? 'ALL') as RowScope,
    groups: groupRuleOf(name, processing, scope),
    ...termsOf(processing, scope),
  }
}
