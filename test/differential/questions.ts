import type { OracleDatabase } from '../oracle/database.ts'
import { Draft } from '../oracle/draft.ts'
import type { Taste } from '../oracle/filters.ts'
import { type Random, randomOf } from '../oracle/random.ts'
import { Keys, selectionOf } from '../oracle/selections.ts'
import type { Served } from '../oracle/served.ts'
import { introspectionOf } from './introspection.ts'
import type { Question } from './question.ts'
import { spoilt } from './spoilt.ts'

interface Setting {
  readonly served: Served
  readonly database: OracleDatabase
}

/** Every third question has something wrong with it, or not as it was. */
export function questionOf(seed: number, number: number, setting: Setting): Question {
  const random = randomOf(Math.imul(seed, 0x85ebca6b) ^ Math.imul(number + 1, 0x9e3779b1))
  const question = soundOf(random, number, setting)
  return number % 3 === 2 ? { ...spoilt(random, question), sound: false } : question
}

function soundOf(random: Random, number: number, { served, database }: Setting): Question {
  const query = served.types.get('Query')
  if (!query) throw new Error('no Query')
  const draft = new Draft(random, served)
  const prefer = (_: string, names: readonly string[]) => {
    const rare = names.filter((name) => RARE.includes(name))
    return random.pick(rare.length > 0 && random.chance(0.3) ? rare : names)
  }
  const taste: Taste = { draft, database, plain: true, prefer }
  const budget = { fields: 3 + random.below(25) }
  const data = selectionOf(taste, query, new Keys(), budget, 3)
  const about = random.chance(0.25) ? introspectionOf(draft) : ''
  const body = about === '' || random.chance(0.8) ? withinBraces(random, data, about) : `{ ${about} }`
  // Variables and fragments that nothing uses are errors, and what was left out may have been all that used them.
  const variables = draft.definitions.filter((_, i) => uses([body, ...draft.fragments], `$v${i}`))
  const named = variables.length > 0 || random.chance(0.5)
  const head = variables.length > 0 ? `query Asked(${variables.join(', ')}) ` : named ? 'query Asked ' : ''
  const others = named && random.chance(0.15) ? OTHERS.slice(0, 1 + random.below(OTHERS.length)) : []
  const definitions = [`${head}${body}`, ...others, ...reachable(body, draft.fragments)]
  return {
    number,
    document: random
      .some(definitions, definitions.length)
      .join(random.pick(['\n', ' ', ' ,\uFEFF#comment\r\n'])),
    operationName: others.length > 0 || (named && random.chance(0.3)) ? 'Asked' : undefined,
    variables: JSON.parse(JSON.stringify(draft.variables)),
    sound: true,
  }
}

/** The only fields of their kind, a list and JSON, and what leads to them. */
const RARE = ['tags', 'properties', 'usageEvents', 'usageEvent']

const OTHERS = [
  'query Other { __typename }',
  'query Another($n: Int = 1) { customers(first: $n) { totalCount } }',
]

function withinBraces(random: Random, selection: string, about: string): string {
  const inner = selection.slice(1, -1)
  return random.chance(0.5) ? `{ ${about} ${inner} }` : `{ ${inner} ${about} }`
}

function uses(texts: readonly string[], variable: string): boolean {
  return texts.some((text) => text.split(/[^\w$]+/).includes(variable))
}

/** The fragments that a text spreads, directly or through others. */
function reachable(text: string, fragments: readonly string[]): readonly string[] {
  const found = new Set<string>()
  const visit = (from: string): void => {
    for (const [, name] of from.matchAll(/\.\.\.(\w+\d+)\b/g)) {
      const fragment = fragments.find((one) => one.startsWith(`fragment ${name} `))
      if (!fragment || found.has(fragment)) continue
      found.add(fragment)
      visit(fragment)
    }
  }
  visit(text)
  return [...found]
}
