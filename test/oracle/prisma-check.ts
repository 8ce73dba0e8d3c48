import { storedOf } from './conditions.ts'
import { delegateOf, type OracleDatabase, type Row } from './database.ts'
import { orderOf } from './places.ts'
import type { StoredModel } from './stored.ts'
import { listOf, type Part } from './walker.ts'

/** A filter without conditions, elsewhere than of related rows. */
const EMPTY = /(?<!"(?:some|every|none|is|isNot)":)\{(?:"mode":"\w+")?\}|"(?:AND|OR|NOT)":\[\]/

/**
 * Puts one list to Prisma, in Prisma's own vocabulary: a difference between its rows and those that were found in memory,
 * or undefined. Prisma takes `%`, `_` and `\` in texts for patterns, does not compare a required field with null, and leaves
 * out filters without conditions (`NOT: {}` is every row, not none); such are left to the memory alone (`skipped`).
 */
export async function askPrisma(
  database: OracleDatabase,
  model: StoredModel,
  part: Part,
  rows: readonly Row[],
): Promise<string | 'skipped' | undefined> {
  const text = JSON.stringify(part.args.where ?? null)
  if (/[%_\\]/.test(text) || EMPTY.test(text)) return 'skipped'
  const orderBy = orderOf(model, part).map(({ name, descending }) => ({
    [name]: descending ? 'desc' : 'asc',
  }))
  const where = part.args.where ? prismaWhere(database, model, part.args.where) : {}
  let found: readonly Row[]
  try {
    found = await delegateOf(database.prisma, model.name).findMany({ where, orderBy })
  } catch (error) {
    if (error instanceof Error && error.name === 'PrismaClientValidationError') return 'skipped'
    throw error
  }
  const keys = (list: readonly Row[]) =>
    list.map((row) => model.key.map((key) => String(row[key])).join('/')).join()
  return keys(found) === keys(rows)
    ? undefined
    : `Prisma finds ${model.name} ${keys(found)} where ${keys(rows)} is expected by ${JSON.stringify(part.args)}`
}

function prismaWhere(database: OracleDatabase, model: StoredModel, where: unknown): Record<string, unknown> {
  const entries = Object.entries((where ?? {}) as object).map(([name, value]): [string, unknown] => {
    if (['AND', 'OR', 'NOT'].includes(name))
      return [name, listOf(value).map((item) => prismaWhere(database, model, item))]
    const field = model.fields.get(name)
    const target = field && database.models.get(field.type)
    if (!field) throw new Error(`no ${model.name}.${name}`)
    const filter = Object.entries(value as object).map(([operator, operand]): [string, unknown] => {
      if (operand === null) return [operator, null]
      if (target) return [operator, prismaWhere(database, target, operand)]
      if (operator === 'mode') return [operator, String(operand).toLowerCase()]
      return [
        operator,
        operator === 'in' || operator === 'notIn'
          ? listOf(operand).map((item) => storedOf(field, item))
          : storedOf(field, operand),
      ]
    })
    return [name, Object.fromEntries(filter)]
  })
  return Object.fromEntries(entries)
}
