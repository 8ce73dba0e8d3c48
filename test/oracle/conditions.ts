import type { OracleDatabase, Row } from './database.ts'
import type { StoredField, StoredModel } from './stored.ts'
import { listOf } from './walker.ts'

/** SQL's three values; null is unknown. */
type Truth = boolean | null

const not = (truth: Truth): Truth => (truth === null ? null : !truth)
const every = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(null) ? null : true
const some = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(null) ? null : false

/** Which rows there are, for whoever asks. */
export type Sight = (model: string, row: Row) => boolean
const everything: Sight = () => true

/** A `where` on one row, as SQL would have it; Prisma's vocabulary. */
export function matches(
  database: OracleDatabase,
  model: StoredModel,
  row: Row,
  where: unknown,
  sees: Sight = everything,
): Truth {
  return every(
    Object.entries((where ?? {}) as object).map(([name, value]): Truth => {
      const each = () => listOf(value).map((item) => matches(database, model, row, item, sees))
      if (name === 'AND') return every(each())
      if (name === 'OR') return some(each())
      if (name === 'NOT') return every(each().map(not))
      const field = model.fields.get(name)
      if (!field) throw new Error(`no ${model.name}.${name}`)
      return field.kind === 'relation'
        ? related(database, field, row, value as object, sees)
        : every(
            Object.entries(value as object).map(([o, v]) =>
              operator(field, row[name], o, v, value as object),
            ),
          )
    }),
  )
}

function related(database: OracleDatabase, field: StoredField, row: Row, filter: object, sees: Sight): Truth {
  const target = database.models.get(field.type)
  if (!target) throw new Error(`no ${field.type}`)
  const rows = relatedRows(database, field, row).filter((other) => sees(target.name, other))
  return every(
    Object.entries(filter).map(([quantifier, where]) => {
      const found = rows.map((other) => matches(database, target, other, where, sees))
      switch (quantifier) {
        case 'some':
          return found.includes(true)
        case 'none':
          return !found.includes(true)
        case 'every':
          return !found.includes(false)
        case 'is':
          return where === null ? rows.length === 0 : some(found)
        case 'isNot':
          return where === null ? rows.length > 0 : not(some(found))
        default:
          throw new Error(`no quantifier ${quantifier}`)
      }
    }),
  )
}

const known = new WeakMap<Row, Map<StoredField, readonly Row[]>>()

export function relatedRows(database: OracleDatabase, field: StoredField, row: Row): readonly Row[] {
  const ofRow = known.get(row) ?? new Map<StoredField, readonly Row[]>()
  known.set(row, ofRow)
  const before = ofRow.get(field)
  if (before) return before
  const rows = (database.rows.get(field.type) ?? []).filter((other) =>
    field.join.every(([here, there]) => row[here] !== null && row[here] === other[there]),
  )
  ofRow.set(field, rows)
  return rows
}

function operator(field: StoredField, cell: unknown, name: string, operand: unknown, filter: object): Truth {
  if (name === 'mode') return true
  if (operand === null) return name === 'equals' ? cell === null : cell !== null
  if (name === 'in' || name === 'notIn') {
    const found = some(listOf(operand).map((item) => operator(field, cell, 'equals', item, filter)))
    return name === 'in' ? found : not(found)
  }
  if (cell === null) return null
  const insensitive = 'mode' in filter && filter.mode === 'INSENSITIVE'
  const fold = (text: unknown): string => (insensitive ? String(text).toLowerCase() : String(text))
  if (name === 'contains') return fold(cell).includes(fold(operand))
  if (name === 'startsWith') return fold(cell).startsWith(fold(operand))
  if (name === 'endsWith') return fold(cell).endsWith(fold(operand))
  const text = field.type === 'String'
  const order = compare(field, text ? fold(cell) : cell, text ? fold(operand) : storedOf(field, operand))
  const outcomes: Readonly<Record<string, boolean>> = {
    equals: order === 0,
    not: order !== 0,
    lt: order < 0,
    lte: order <= 0,
    gt: order > 0,
    gte: order >= 0,
  }
  const outcome = outcomes[name]
  if (outcome === undefined) throw new Error(`no operator ${name}`)
  return outcome
}

/** An operand as JSON has it → as Prisma has it. */
export function storedOf(field: StoredField, operand: unknown): unknown {
  switch (field.type) {
    case 'Int':
      return Number(operand)
    case 'BigInt':
      return BigInt(operand as string | number)
    case 'DateTime':
      return new Date(operand as string)
    default:
      return operand
  }
}

/** Two cells that are not null: below zero, zero, above zero. Texts by code point, enums by their order in the type. */
export function compare(field: StoredField, a: unknown, b: unknown): number {
  if (field.kind === 'enum') return field.values.indexOf(String(a)) - field.values.indexOf(String(b))
  if (field.type === 'Decimal') return (a as { comparedTo(other: unknown): number }).comparedTo(b)
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  const left = a as string | number | bigint | boolean
  const right = b as typeof left
  return left < right ? -1 : left > right ? 1 : 0
}
