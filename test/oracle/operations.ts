import { askerOf, bearerOf } from './askers.ts'
import type { Case } from './case.ts'
import type { OracleDatabase } from './database.ts'
import { Draft } from './draft.ts'
import type { Taste } from './filters.ts'
import { type Random, randomOf } from './random.ts'
import { type Budget, fieldOf, Keys, selectionOf } from './selections.ts'
import { nameOf, type Served } from './served.ts'
import { variationOf } from './variations.ts'
import type { Rules } from './walker.ts'

interface Setting {
  readonly served: Served
  readonly rules: Rules
  readonly database: OracleDatabase
}

/** Every second case is a variation of the one before it. */
export function caseOf(seed: number, number: number, setting: Setting): Case {
  const base = baseOf(seed, number - (number % 2), setting)
  return number % 2 === 0 ? base : variationOf(base, number, seed, setting.rules, setting.database)
}

function baseOf(seed: number, number: number, setting: Setting): Case {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  const { served, rules, database } = setting
  const purpose = random.pick([...rules.purposes.keys()])
  const draft = new Draft(random, served)
  const taste = tasteOf(setting, draft, purpose)
  const budget: Budget = { fields: 3 + random.below(25) }
  const body = random.chance(0.03) ? introspectionOf(random, rules) : rootsOf(taste, purpose, budget)
  const who = askerOf(random, rules, purpose)
  const bearer = bearerOf(random, database)
  const declare =
    who.inOperation === undefined ? '' : ` @declare(purpose: ${declared(draft, who.inOperation)})`
  const other = random.chance(0.06)
  const name = other || declare !== '' || draft.definitions.length > 0 || random.chance(0.5)
  const head = name
    ? `query Asked${draft.definitions.length > 0 ? `(${draft.definitions.join(', ')})` : ''}${declare} `
    : ''
  const operations = [`${head}${body}`, ...(other ? ['query Other { __typename }'] : [])]
  return {
    number,
    document: [...(random.chance(0.5) ? operations : operations.reverse()), ...draft.fragments].join('\n'),
    operationName: other || (name && random.chance(0.3)) ? 'Asked' : undefined,
    variables: JSON.parse(JSON.stringify(draft.variables)),
    header: who.inHeader,
    onDenied: random.pick(['reject', 'prune', undefined]),
    roles: who.roles,
    grants: who.grants,
    dataSubject: bearer.dataSubject,
    claims: bearer.claims,
    cursors: draft.cursors,
    optional: [...draft.optional],
    values: [...draft.values, ...[bearer.dataSubject, bearer.claims.firm_id].map(String)],
  }
}

/** Keeps to what the purpose may read, more or less. */
function tasteOf({ rules, database }: Setting, draft: Draft, purpose: string): Taste {
  const { random } = draft
  const temptation = random.pick([0, 0, 0, 0, 0.02, 0.2, 1])
  return {
    draft,
    database,
    prefer(model, names, argument) {
      const fields = rules.types.get(model)
      const may = names.filter((name) => {
        const forms = fields ? [fields.get(name)] : [...(rules.types.get(name)?.values() ?? [])]
        return forms.some((rule) => {
          const form = rule?.permits.get(purpose)
          return argument ? form === 'AS_IS' : form !== undefined
        })
      })
      return random.pick(may.length > 0 && !random.chance(temptation) ? may : names)
    },
  }
}

function rootsOf(taste: Taste, purpose: string, budget: Budget): string {
  const { draft, database } = taste
  const { random, served } = draft
  const query = served.types.get('Query')
  if (!query) throw new Error('no Query')
  const keys = new Keys()
  const parts: string[] = []
  const count = random.chance(0.7) ? 1 : 2 + random.below(2)
  for (let i = 0; i < count; i++) {
    const model = taste.prefer('Query', [...database.models.keys()], false)
    const roots = query.fields.filter(({ type }) => nameOf(type).replace(/Connection$/, '') === model)
    const root = roots.length === 1 || random.chance(0.7) ? roots[roots.length - 1] : roots[0]
    const part = fieldOf(taste, query, keys, budget, 3, '', root)
    parts.push(random.chance(0.08) ? `... on Query ${`{ ${part || '__typename'} }`}` : part)
    if (random.chance(0.05))
      parts.push(random.pick(['__typename', 'proto: __typename', `other: ${INTROSPECTIONS[0]}`]))
    if (random.chance(0.02)) parts.push(`... ${selectionOf(taste, query, keys, budget, 2)}`)
  }
  const kept = parts.filter((part) => part !== '')
  return `{ ${kept.length > 0 ? kept.join(' ') : `__typename purpose${purpose}: __typename`} }`
}

const INTROSPECTIONS = [
  '__type(name: "Customer") { name kind fields { name } }',
  '__schema { queryType { name } }',
]

function introspectionOf(random: Random, rules: Rules): string {
  const type = random.pick([...rules.types.keys(), 'Nothing'])
  const parts = [...INTROSPECTIONS, `t: __type(name: "${type}") { n: name f: fields { name } }`, '__typename']
  return `{ ${random.some(parts, 1 + random.below(3)).join(' ')} }`
}

function declared(draft: Draft, purpose: string): string {
  switch (draft.random.below(4)) {
    case 0:
      return draft.variable('Purpose!', purpose)
    case 1:
      return draft.variable('Purpose!', undefined, purpose)
    default:
      return purpose
  }
}
