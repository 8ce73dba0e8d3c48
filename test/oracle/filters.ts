import type { OracleDatabase } from './database.ts'
import type { Draft } from './draft.ts'
import { plainForm } from './forms.ts'
import type { Random } from './random.ts'
import { nameOf, type ServedInput } from './served.ts'

/** What arguments are made up from. */
export interface Taste {
  readonly draft: Draft
  readonly database: OracleDatabase
  /** Prefers, among names of fields of a model, those that an argument may read. */
  prefer(model: string, names: readonly string[], argument: boolean): string
  /** Neither cursors nor page sizes out of bounds: arguments about which GraphQL itself has nothing to say. */
  readonly plain?: true
}

const MODEL = /(Where|ListFilter|OneFilter|OrderBy)$/

/** A random `where` of a model, often one that some rows match. */
export function whereOf(taste: Taste, model: string, depth: number): Record<string, unknown> {
  const { random, served } = taste.draft
  const inputs = served.types.get(`${model}Where`)?.inputs ?? []
  const where: Record<string, unknown> = {}
  const entries = random.chance(0.05) ? 0 : 1 + random.below(random.chance(0.3) ? 3 : 1)
  for (let i = 0; i < entries; i++) {
    const connective = depth > 0 && random.chance(0.3)
    const name = connective
      ? random.pick(['AND', 'OR', 'NOT'])
      : taste.prefer(
          model,
          inputs.map((input) => input.name).filter((n) => !['AND', 'OR', 'NOT'].includes(n)),
          true,
        )
    const input = inputs.find((candidate) => candidate.name === name)
    if (!input || name in where) continue
    where[name] = connective
      ? several(random, () => whereOf(taste, model, depth - 1))
      : filterOf(taste, model, input, depth)
  }
  return where
}

/** A list, or a lone item that stands for a list of one. */
function several<T>(random: Random, make: () => T): T | T[] {
  if (random.chance(0.15)) return make()
  return Array.from({ length: random.chance(0.08) ? 0 : 1 + random.below(3) }, make)
}

function filterOf(taste: Taste, model: string, { name, type }: ServedInput, depth: number): unknown {
  const { random, served } = taste.draft
  const filter = nameOf(type)
  const operators = served.types.get(filter)?.inputs ?? []
  const target = filter.replace(MODEL, '')
  if (MODEL.test(filter)) {
    const { name: quantifier } = random.pick(operators)
    const none = filter.endsWith('OneFilter') && random.chance(0.2)
    return { [quantifier]: none ? null : depth > 0 ? whereOf(taste, target, depth - 1) : {} }
  }
  const chosen = random.some(
    operators.filter((operator) => operator.name !== 'mode'),
    random.chance(0.75) ? 1 : 2,
  )
  const result: Record<string, unknown> = random.chance(0.03)
    ? {}
    : Object.fromEntries(chosen.map((operator) => [operator.name, operandOf(taste, model, name, operator)]))
  if (operators.some((operator) => operator.name === 'mode') && random.chance(0.35))
    result.mode = random.chance(0.85) ? 'INSENSITIVE' : 'DEFAULT'
  return result
}

function operandOf(taste: Taste, model: string, field: string, { name, type }: ServedInput): unknown {
  const { random } = taste.draft
  const one = () => cellLike(taste, model, field, nameOf(type))
  if (name === 'in' || name === 'notIn') return several(random, one)
  if (['contains', 'startsWith', 'endsWith'].includes(name)) return pieceOf(random, String(one()), name)
  if (random.chance(0.03)) return undefined
  return (name === 'equals' || name === 'not') && random.chance(0.12) ? null : one()
}

function pieceOf(random: Random, text: string, operator: string): string {
  const letters = [...text]
  const from = operator === 'startsWith' ? 0 : random.below(letters.length)
  const to = operator === 'endsWith' ? letters.length : from + 1 + random.below(letters.length)
  return letters.slice(from, to).join('')
}

/** A value of the column, mostly one that is stored; as JSON has it. */
function cellLike(taste: Taste, model: string, field: string, type: string): unknown {
  const { database, draft } = taste
  const { random } = draft
  const stored = database.models.get(model)?.fields.get(field)
  const cells = (database.rows.get(model) ?? []).map((row) => row[field]).filter((cell) => cell !== null)
  if (!stored) throw new Error(`no ${model}.${field}`)
  const value = plainForm(type, stored, random.pick(cells))
  if (random.chance(0.75)) return value
  switch (type) {
    case 'String': {
      const text = String(value)
      return random.pick([
        text.toUpperCase(),
        text.toLowerCase(),
        `${text}x`,
        '',
        text.slice(0, -1),
        '%',
        '_',
      ])
    }
    case 'Int':
      return Number(value) + random.below(31) - 15
    case 'Decimal':
      return random.pick([
        String(value).replace(/0+$/, '').replace(/\.$/, ''),
        `${value}0`,
        '0',
        '-1000000.5',
      ])
    case 'BigInt':
      return String(BigInt(String(value)) + BigInt(random.below(5)))
    case 'DateTime': {
      const instant = new Date(Date.parse(String(value)) + random.below(3) - 1)
      const east = new Date(instant.getTime() + 7_200_000).toISOString().replace('Z', '+02:00')
      return random.pick([instant.toISOString(), east])
    }
    case 'Date':
      return new Date(Date.parse(String(value)) + (random.below(3) - 1) * 86_400_000)
        .toISOString()
        .slice(0, 10)
    default:
      return value
  }
}

/** A random `orderBy`: a list of terms, none, or one that stands for itself. */
export function orderOf(taste: Taste, model: string): unknown {
  const { random, served } = taste.draft
  const names = (served.types.get(`${model}OrderBy`)?.inputs ?? []).map((input) => input.name)
  return several(random, () => ({ [taste.prefer(model, names, true)]: random.pick(['ASC', 'DESC']) }))
}
