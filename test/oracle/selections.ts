import { orderOf, type Taste, whereOf } from './filters.ts'
import { nameOf, type ServedField, type ServedType } from './served.ts'

/** What stands under each response key so far, so that fields under one key agree. */
export class Keys {
  readonly taken = new Map<string, { readonly name: string; readonly args: string; readonly below: Keys }>()
}

/** How much may still be selected. */
export interface Budget {
  fields: number
}

/** Names that JavaScript gives a meaning to, and some that GraphQL answers have. */
const ODD = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'data', 'errors', 'node', 'x', 'then']

/** A random selection set, in braces; never empty. */
export function selectionOf(
  taste: Taste,
  on: ServedType,
  keys: Keys,
  budget: Budget,
  depth: number,
  alias = '',
): string {
  const { random } = taste.draft
  const parts: string[] = []
  const wanted = 1 + random.below(on.name.endsWith('Connection') ? 3 : 5)
  for (let i = 0; i < wanted && budget.fields > 0; i++)
    parts.push(partOf(taste, on, keys, budget, depth, alias))
  return `{ ${parts.filter((part) => part !== '').join(' ') || `${alias}__typename: __typename`} }`
}

function partOf(
  taste: Taste,
  on: ServedType,
  keys: Keys,
  budget: Budget,
  depth: number,
  alias: string,
): string {
  const { draft } = taste
  const { random } = draft
  if (random.chance(0.06)) {
    const condition = random.chance(0.5) ? ` on ${on.name}` : ''
    return `...${condition}${directives(taste)} ${selectionOf(taste, on, keys, budget, depth, alias)}`
  }
  if (random.chance(0.05)) {
    // Spread here only, so that it may share response keys with its siblings.
    const name = `Part${draft.fragments.length}`
    draft.fragments.push('')
    const body = selectionOf(taste, on, keys, budget, depth, alias)
    draft.fragments[Number(name.slice(4))] = `fragment ${name} on ${on.name} ${body}`
    return random.chance(0.2) ? `...${name} ...${name}` : `...${name}${directives(taste)}`
  }
  if (alias === '' && random.chance(0.05)) return spread(taste, on, budget, depth)
  return fieldOf(taste, on, keys, budget, depth, alias)
}

/** A fragment for every place of its type: no response key in it occurs anywhere else. */
function spread(taste: Taste, on: ServedType, budget: Budget, depth: number): string {
  const { draft } = taste
  const known = draft.fragments.findIndex((text, i) => text.startsWith(`fragment Shared${i} on ${on.name} {`))
  if (known >= 0 && draft.random.chance(0.7)) return `...Shared${known}`
  const at = draft.fragments.push('') - 1
  const body = selectionOf(taste, on, new Keys(), budget, depth, `s${at}_`)
  draft.fragments[at] = `fragment Shared${at} on ${on.name} ${body}`
  return `...Shared${at}`
}

function directives(taste: Taste): string {
  const { draft } = taste
  if (!draft.random.chance(0.12)) return ''
  const one = (name: string) => ` @${name}(if: ${draft.flag()})`
  return draft.random.chance(0.15)
    ? one('skip') + one('include')
    : one(draft.random.pick(['skip', 'include']))
}

export function fieldOf(
  taste: Taste,
  on: ServedType,
  keys: Keys,
  budget: Budget,
  depth: number,
  alias: string,
  chosen?: ServedField,
): string {
  const { draft } = taste
  const { random, served } = draft
  budget.fields--
  const fields = on.fields.filter((field) => depth > 0 || !isList(field))
  const names = fields.map((field) => field.name)
  const name = chosen?.name ?? (random.chance(0.05) ? '__typename' : taste.prefer(on.name, names, false))
  const field = chosen ?? on.fields.find((candidate) => candidate.name === name)
  const key =
    alias !== ''
      ? `${alias}${random.below(1_000)}`
      : random.chance(0.25)
        ? random.pick([...on.fields.map((candidate) => candidate.name), ...ODD])
        : name
  const known = keys.taken.get(key)
  if (known && known.name !== name) return ''
  const target = field && served.types.get(nameOf(field.type))
  const args = known?.args ?? (field && field.args.length > 0 ? argumentsOf(taste, on, field) : '')
  const below = known?.below ?? new Keys()
  keys.taken.set(key, { name, args, below })
  const label = key === name ? name : `${key}: ${name}`
  const selection =
    target?.kind === 'OBJECT'
      ? ` ${selectionOf(taste, target, below, budget, isList(field) ? depth - 1 : depth)}`
      : ''
  return `${label}${args}${directives(taste)}${selection}`
}

function isList(field: ServedField | undefined): boolean {
  return field !== undefined && nameOf(field.type).endsWith('Connection')
}

/** The arguments of a list, or the key of a lookup. */
function argumentsOf(taste: Taste, on: ServedType, field: ServedField): string {
  const { draft } = taste
  const { random } = draft
  const model = nameOf(field.type).replace(/Connection$/, '')
  const values: Record<string, unknown> = {}
  for (const { name } of field.args)
    switch (name) {
      case 'first':
        if (random.chance(0.5))
          values.first = !taste.plain && random.chance(0.01) ? random.pick([0, -1, 501]) : sizeOf(taste)
        break
      case 'where':
        if (random.chance(on.name === 'Query' ? 0.6 : 0.3))
          values.where = random.pick(
            [whereOf(taste, model, 2), whereOf(taste, model, 2), {}, null, undefined].slice(
              0,
              random.chance(0.1) ? 5 : 2,
            ),
          )
        break
      case 'orderBy':
        if (random.chance(0.4)) values.orderBy = random.chance(0.04) ? null : orderOf(taste, model)
        break
      case 'after':
        break
      default:
        values[name] = keyOf(taste, model, name)
    }
  if (!taste.plain && field.args.some(({ name }) => name === 'after') && random.chance(0.15))
    values.after = draft.cursor({
      list: `${on.name}.${field.name}`,
      orderBy: JSON.parse(JSON.stringify(values.orderBy ?? null)),
      flaw: random.chance(0.8)
        ? 'none'
        : random.pick(['tampered', 'garbage', 'other list', 'other order', 'other purpose']),
      pick: random.below(1_000),
    })
  return draft.arguments(field.args, values)
}

function sizeOf({ draft: { random } }: Taste): unknown {
  if (random.chance(0.05)) return random.pick([null, undefined])
  return random.chance(0.7) ? 1 + random.below(6) : 1 + random.below(40)
}

function keyOf({ database, draft: { random } }: Taste, model: string, name: string): string {
  const cells = (database.rows.get(model) ?? []).map((row) => row[name])
  const key = String(random.pick(cells))
  if (random.chance(0.9)) return key
  return /^\d+$/.test(key) ? String(Number(key) + 1) : key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
}
