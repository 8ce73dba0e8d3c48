import { Kind, parse, type parseValue, type ValueNode } from '@0no-co/graphql.web'

/** What the schema says about rows, read from its text alone: directives/{consent,objection,row-scope,rows}.graphql. */
export interface RowRules {
  readonly purposes: ReadonlyMap<string, { readonly basis: string; readonly own: boolean }>
  /** Type → conditions on its rows. */
  readonly conditions: ReadonlyMap<string, readonly RowCondition[]>
  /** Type → steps from a row to whom it is about, none for the data subject itself. Types about nobody are absent. */
  readonly subjects: ReadonlyMap<string, readonly string[]>
  readonly consents: Choice | undefined
  readonly objections: Choice | undefined
}

interface RowCondition {
  readonly purposes: readonly string[]
  /** As in a `where` argument; a claim is `{ claim: "name" }`. */
  readonly where: unknown
}

/** Names of fields of the model that stores choices. */
interface Choice {
  readonly model: string
  readonly names: Readonly<Record<string, string>>
}

const TYPE = /^(?:extend )?type (\w+)/
const NAMES = /@(rows|consent|objection|subject|processing)\b/g

/** The text without what stands in braces inside of directives, which no reader of types needs. */
export function withoutConditions(text: string): string {
  let result = text
  for (const { start, end } of [...directivesIn(text)].filter(({ name }) => name === 'rows').reverse())
    result = result.slice(0, start) + result.slice(end)
  return result
}

export function rowRulesOf(sources: readonly string[]): RowRules {
  const purposes = new Map<string, { basis: string; own: boolean }>()
  const conditions = new Map<string, RowCondition[]>()
  const subjects = new Map<string, readonly string[]>()
  const choices = new Map<string, Choice>()
  for (const text of sources)
    for (const { name, bearer, args } of directivesIn(text)) {
      if (name === 'processing')
        purposes.set(bearer, { basis: String(args.basis), own: args.scope === 'OWN' })
      if (name === 'subject') subjects.set(bearer, args.path ? String(args.path).split('.') : [])
      if (name === 'rows')
        conditions.set(bearer, [
          ...(conditions.get(bearer) ?? []),
          { purposes: [args.for].flat().map(String), where: args.where },
        ])
      if (name === 'consent' || name === 'objection')
        choices.set(name, { model: bearer, names: args as Record<string, string> })
    }
  return {
    purposes,
    conditions,
    subjects,
    consents: choices.get('consent'),
    objections: choices.get('objection'),
  }
}

/** `Type.field` of what choosing rows for a purpose may look at, besides keys and joins. */
export function coordinatesOf(rules: RowRules, purpose: string): readonly string[] {
  const { basis } = rules.purposes.get(purpose) ?? {}
  const choice =
    basis === 'CONSENT' ? rules.consents : basis === 'LEGITIMATE_INTEREST' ? rules.objections : undefined
  const stored = choice ? Object.values(choice.names).map((name) => `${choice.model}.${name}`) : []
  const named = [...rules.conditions.values()]
    .flat()
    .filter((rule) => rule.purposes.includes(purpose))
    .flatMap((rule) => JSON.stringify(rule.where).match(/\w+/g) ?? [])
  return [...stored, ...[...rules.subjects.keys()].flatMap((type) => named.map((name) => `${type}.${name}`))]
}

/** Every claim that conditions name for a purpose. */
export function claimsOf(rules: RowRules, purpose: string): readonly string[] {
  const texts = [...rules.conditions.values()]
    .flat()
    .filter((rule) => rule.purposes.includes(purpose))
    .map((rule) => JSON.stringify(rule.where))
  return texts.flatMap((text) => [...text.matchAll(/\{"claim":"([^"]+)"\}/g)].map((match) => match[1] ?? ''))
}

interface Found {
  readonly name: string
  /** The type or the enum value that it stands on. */
  readonly bearer: string
  readonly args: Readonly<Record<string, unknown>>
  readonly start: number
  readonly end: number
}

function* directivesIn(text: string): Generator<Found> {
  let type = ''
  let offset = 0
  for (const line of text.split('\n')) {
    type = TYPE.exec(line)?.[1] ?? type
    // Examples in descriptions are in no schema of ours; comments and strings hold no directive.
    for (const match of line.matchAll(NAMES)) {
      const start = offset + match.index
      const name = match[1] ?? ''
      const end =
        text[start + match[0].length] === '('
          ? closing(text, start + match[0].length)
          : start + match[0].length
      const bearer = name === 'processing' ? (/^\s*(\w+)/.exec(line)?.[1] ?? '') : type
      const [node] = parse(`{ x ${text.slice(start, end)} }`, { noLocation: true }).definitions
      const field = node && 'selectionSet' in node ? node.selectionSet?.selections[0] : undefined
      const given = field?.kind === Kind.FIELD ? (field.directives?.[0]?.arguments ?? []) : []
      const args = Object.fromEntries(given.map((one) => [one.name.value, plain(one.value)]))
      yield { name, bearer, args, start, end }
    }
    offset += line.length + 1
  }
}

/** Behind the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '"') i = text.indexOf('"', i + 1)
    else if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return i + 1
  }
  throw new Error('a bracket that nothing closes')
}

function plain(node: ValueNode | ReturnType<typeof parseValue>): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, plain(field.value)]))
    case Kind.LIST:
      return node.values.map(plain)
    case Kind.NULL:
      return null
    case Kind.INT:
      return Number(node.value)
    default:
      return 'value' in node ? node.value : undefined
  }
}
