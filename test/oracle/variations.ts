import { askerOf, bearerOf } from './askers.ts'
import type { Case } from './case.ts'
import type { OracleDatabase } from './database.ts'
import { type Random, randomOf } from './random.ts'
import type { Rules } from './walker.ts'

/**
 * The same document, asked again in another way: by somebody else, for another purpose where the document declares none,
 * with other variables, to be pruned instead of refused. What a gateway remembers of the first must not answer this.
 */
export function variationOf(
  base: Case,
  number: number,
  seed: number,
  rules: Rules,
  database: OracleDatabase,
): Case {
  const random = randomOf(Math.imul(seed, 0x27d4eb2f) ^ Math.imul(number + 1, 0x165667b1))
  const free = !base.document.includes('@declare')
  const purpose = random.pick([...rules.purposes.keys()])
  const who = free && random.chance(0.4) ? askerOf(random, rules, purpose) : undefined
  return {
    ...base,
    ...(who && { roles: who.roles, grants: who.grants, header: who.inHeader ?? who.inOperation }),
    ...(random.chance(0.5) && bearerOf(random, database)),
    number,
    onDenied: random.pick(['reject', 'prune', undefined]),
    variables: random.chance(0.15) ? base.variables : variablesOf(random, base),
  }
}

function variablesOf(random: Random, { document, variables, optional }: Case): Case['variables'] {
  const changed: Record<string, unknown> = {}
  const definitions = [...document.matchAll(/\$(v\d+): ([[\]!\w]+)( =)?/g)]
  // Often one alone is changed, so that nothing else tells the two apart.
  const alone = random.chance(0.5) && definitions.length > 0 ? random.pick(definitions) : undefined
  for (const definition of definitions) {
    const [, name = '', type = '', fallback] = definition
    const given = Object.hasOwn(variables, name)
    if (alone && definition !== alone) {
      if (given) changed[name] = variables[name]
      continue
    }
    // A term of an order without its direction would mean nothing.
    const left = fallback !== undefined || !(type.endsWith('!') || type === 'OrderDirection')
    if (type === 'Boolean!') {
      if (!left || random.chance(0.7)) changed[name] = random.chance(0.5)
    } else if (optional.includes(name) && random.chance(0.4)) changed[name] = null
    else if (left && random.chance(0.2)) continue
    else if (given) changed[name] = other(random, type.replace(/[[\]!]/g, ''), variables[name])
  }
  return changed
}

/** Another value of the same type: fewer conditions, the other direction, the other mode. */
function other(random: Random, type: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => other(random, type, item))
    return random.chance(0.2) ? items.slice(1) : items
  }
  if (type === 'OrderDirection' || type === 'TextMode') return flipped(random, value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, other(random, '', inner)] as const)
  if (type.endsWith('OrderBy'))
    return Object.fromEntries(entries.map(([key, direction]) => [key, flipped(random, direction)]))
  return Object.fromEntries(
    entries
      .filter(([key]) => key === 'mode' || random.chance(0.8))
      .map(([key, inner]) => [key, key === 'mode' ? flipped(random, inner) : inner]),
  )
}

const OPPOSITE: Readonly<Record<string, string>> = {
  ASC: 'DESC',
  DESC: 'ASC',
  DEFAULT: 'INSENSITIVE',
  INSENSITIVE: 'DEFAULT',
}

function flipped(random: Random, value: unknown): unknown {
  return random.chance(0.4) ? (OPPOSITE[String(value)] ?? value) : value
}
