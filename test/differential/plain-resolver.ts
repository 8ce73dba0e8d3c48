import { type GraphQLFieldResolver, getNamedType } from 'graphql'
import { matches, relatedRows } from '../oracle/conditions.ts'
import type { OracleDatabase, Row } from '../oracle/database.ts'
import { comparePlaces, orderOf } from '../oracle/places.ts'
import type { StoredField, StoredModel } from '../oracle/stored.ts'

/** Stands for every cursor: only the gateway can make them, and no two are the same. */
export const CURSOR = 'a cursor'
const DEFAULT_SIZE = 20

type Arguments = Readonly<Record<string, unknown>>

/** One row; an edge is nothing more. */
class RowSource {
  readonly model: StoredModel
  readonly row: Row
  constructor(model: StoredModel, row: Row) {
    this.model = model
    this.row = row
  }
}

/**
 * One resolver for every field of the served schema, as anybody would write it over rows in memory. Values are those that
 * Prisma read; what they look like in an answer is left to graphql-js and the scalars of the schema.
 */
export function plainResolver(database: OracleDatabase): GraphQLFieldResolver<unknown, unknown, Arguments> {
  return (source, args, _context, info) => {
    const type = getNamedType(info.returnType).name
    if (source instanceof RowSource) {
      const { model, row } = source
      if (info.parentType.name.endsWith('Edge')) return info.fieldName === 'cursor' ? CURSOR : source
      const field = model.fields.get(info.fieldName)
      if (!field) throw new Error(`no ${model.name}.${info.fieldName}`)
      if (field.kind !== 'relation') return cellOf(type, field, row[field.name])
      const rows = relatedRows(database, field, row)
      if (field.list) return pageOf(database, modelOf(database, type), rows, args)
      return rows[0] ? new RowSource(modelOf(database, type), rows[0]) : null
    }
    if (info.parentType.name !== 'Query') return (source as Arguments)[info.fieldName]
    const model = modelOf(database, type)
    const rows = database.rows.get(model.name) ?? []
    if (type.endsWith('Connection')) return pageOf(database, model, rows, args)
    const found = rows.find((row) => model.key.every((part) => String(row[part]) === args[part]))
    return found ? new RowSource(model, found) : null
  }
}

function modelOf({ models }: OracleDatabase, type: string): StoredModel {
  const model = models.get(type.replace(/Connection$/, ''))
  if (!model) throw new Error(`no model behind ${type}`)
  return model
}

/** What neither graphql-js nor a scalar can know: how many decimals the column has, and that a key is a text. */
function cellOf(type: string, field: StoredField, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (field.type === 'Decimal')
    return (value as { toFixed(places: number): string }).toFixed(Number(field.native?.[1][1] ?? 0))
  return type === 'ID' ? String(value) : value
}

/** The fields of a connection, for graphql-js to choose from. */
function pageOf(database: OracleDatabase, model: StoredModel, rows: readonly Row[], args: Arguments) {
  const terms = orderOf(model, { args })
  const found = rows
    .filter((row) => matches(database, model, row, args.where) === true)
    .sort((a, b) => comparePlaces(model, terms, a, b))
  const page = found
    .slice(0, typeof args.first === 'number' ? args.first : DEFAULT_SIZE)
    .map((row) => new RowSource(model, row))
  const end = page.length > 0 ? CURSOR : null
  return {
    nodes: page,
    edges: page,
    totalCount: found.length,
    pageInfo: {
      hasNextPage: found.length > page.length,
      hasPreviousPage: false,
      startCursor: end,
      endCursor: end,
    },
  }
}
