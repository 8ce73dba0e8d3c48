import { matches, relatedRows, type Sight } from './conditions.ts'
import type { OracleDatabase, Row } from './database.ts'
import { servedForm } from './forms.ts'
import { hiddenPlace, mayReadKey } from './hidden-key.ts'
import { comparePlaces, orderOf } from './places.ts'
import type { Served } from './served.ts'
import type { StoredModel } from './stored.ts'
import type { Part, Rules } from './walker.ts'

/** Stands in an expected answer where the gateway puts a cursor of its own making. */
export class CursorOf {
  readonly place: CursorPlace
  constructor(place: CursorPlace) {
    this.place = place
  }
}

/** What a cursor stands for: a row in a list of a model, in one order, for one purpose. */
export interface CursorPlace {
  readonly list: string
  readonly row: Row
}

/** An argument that no answer can be given to. */
export class Unanswerable extends Error {
  readonly code: 'CURSOR_INVALID' | 'BAD_USER_INPUT'
  constructor(code: Unanswerable['code']) {
    super(code)
    this.code = code
  }
}

export interface TruthContext {
  readonly database: OracleDatabase
  readonly rules: Rules
  readonly served: Served
  readonly purpose: string
  readonly secret: string
  readonly sees: Sight
  readonly place: (cursor: string) => CursorPlace | undefined
  /** Is told every list that is answered. */
  readonly onList?: (model: StoredModel, part: Part, rows: readonly Row[], among: 'all' | 'related') => void
}

const DEFAULT_SIZE = 20
const MOST = 500

/** The whole answer, evaluated in memory over the rows that plain Prisma reads. */
export function answerOf(context: TruthContext, parts: readonly Part[]): unknown {
  checkSizes(parts)
  checkCursors(context, parts)
  return members(parts, (part) => {
    if (part.form === 'NULL') return null
    if (part.name === '__typename') return 'Query'
    if (part.name === '__schema') return project(part, context.served.schema)
    if (part.name === '__type') return typeNamed(context, part)
    const model = modelOf(context, part.type)
    const all = (context.database.rows.get(model.name) ?? []).filter((row) => context.sees(model.name, row))
    if (part.type.endsWith('Connection')) return connection(context, model, part, all, 'all')
    const found = all.find((row) => model.key.every((key) => String(row[key]) === String(part.args[key])))
    return found ? rowOf(context, model, part, found) : null
  })
}

/** Own keys in order, whatever they are called. */
function members(parts: readonly Part[], value: (part: Part) => unknown): unknown {
  return Object.fromEntries(parts.map((part) => [part.key, value(part)]))
}

/** Sizes and cursors are checked wherever a list would be read, whether or not a row leads there; sizes first. */
function checkSizes(parts: readonly Part[]): void {
  for (const { form, args, children } of parts) {
    if (form === 'NULL') continue
    if (typeof args.first === 'number' && (args.first < 1 || args.first > MOST))
      throw new Unanswerable('BAD_USER_INPUT')
    checkSizes(children)
  }
}

function checkCursors(context: TruthContext, parts: readonly Part[]): void {
  for (const part of parts) {
    if (part.form === 'NULL') continue
    placeAfter(context, part)
    checkCursors(context, part.children)
  }
}

function placeAfter(context: TruthContext, part: Part): Row | undefined {
  const { after } = part.args
  if (after === undefined || after === null) return undefined
  const place = context.place(String(after))
  const model = modelOf(context, part.type)
  if (place?.list !== listName(context, model, part)) throw new Unanswerable('CURSOR_INVALID')
  return place.row
}

function modelOf({ database }: Pick<TruthContext, 'database'>, type: string): StoredModel {
  const model = database.models.get(type.replace(/Connection$/, ''))
  if (!model) throw new Error(`no model behind ${type}`)
  return model
}

function listName({ purpose }: TruthContext, model: StoredModel, part: Part): string {
  const order = orderOf(model, part).map(({ name, descending }) => `${name}${descending ? '-' : '+'}`)
  return `${purpose} ${model.name} ${order.join()}`
}

/** The order in which rows are served: the key that ends it may have to stay hidden. */
function servedOrder(context: TruthContext, model: StoredModel, part: Part): (a: Row, b: Row) => number {
  const { rules, purpose, secret } = context
  const terms = orderOf(model, part)
  if (mayReadKey(rules, model, purpose)) return (a, b) => comparePlaces(model, terms, a, b)
  const asked = terms.slice(0, orderOf({ ...model, key: [] }, part).length)
  const hidden = (row: Row) => hiddenPlace(model, row, purpose, secret)
  return (a, b) => comparePlaces(model, asked, a, b) || Buffer.compare(hidden(a), hidden(b))
}

function rowOf(context: TruthContext, model: StoredModel, of: Part, row: Row): unknown {
  return members(of.children, (part) => {
    if (part.form === 'NULL') return null
    if (part.name === '__typename') return model.name
    const field = model.fields.get(part.name)
    if (!field) throw new Error(`no ${model.name}.${part.name}`)
    if (field.kind !== 'relation') {
      const { purpose, secret, rules } = context
      const type = rules.types.get(model.name)?.get(part.name)?.type ?? ''
      return servedForm(part.form, type, field, row[part.name], purpose, secret)
    }
    const target = modelOf(context, field.type)
    const rows = relatedRows(context.database, field, row).filter((other) => context.sees(target.name, other))
    if (field.list) return connection(context, target, part, rows, 'related')
    return rows[0] ? rowOf(context, target, part, rows[0]) : null
  })
}

function connection(
  context: TruthContext,
  model: StoredModel,
  part: Part,
  candidates: readonly Row[],
  among: 'all' | 'related',
): unknown {
  const { database, onList } = context
  const terms = orderOf(model, part)
  const byOrder = servedOrder(context, model, part)
  const found = candidates
    .filter((row) => matches(database, model, row, part.args.where, context.sees) === true)
    .sort((a, b) => comparePlaces(model, terms, a, b))
  onList?.(model, part, found, among)
  const matching = found.toSorted(byOrder)
  const after = placeAfter(context, part)
  const rest = after ? matching.filter((row) => byOrder(row, after) > 0) : matching
  const size = typeof part.args.first === 'number' ? part.args.first : DEFAULT_SIZE
  const page = rest.slice(0, size)
  const list = listName(context, model, part)
  const cursor = (row: Row | undefined) => (row ? new CursorOf({ list, row }) : null)
  return members(part.children, (child) => {
    switch (child.name) {
      case '__typename':
        return `${model.name}Connection`
      case 'totalCount':
        return matching.length
      case 'nodes':
        return page.map((row) => rowOf(context, model, child, row))
      case 'edges':
        return page.map((row) =>
          members(child.children, (piece) => {
            if (piece.name === '__typename') return `${model.name}Edge`
            return piece.name === 'cursor' ? cursor(row) : rowOf(context, model, piece, row)
          }),
        )
      case 'pageInfo':
        return members(child.children, (piece) => {
          const info: Readonly<Record<string, unknown>> = {
            __typename: 'PageInfo',
            hasNextPage: rest.length > page.length,
            hasPreviousPage: after !== undefined,
            startCursor: cursor(page[0]),
            endCursor: cursor(page[page.length - 1]),
          }
          return info[piece.name]
        })
      default:
        throw new Error(`no ${child.name} in a connection`)
    }
  })
}

function typeNamed({ served }: TruthContext, part: Part): unknown {
  const types = served.schema.types as readonly { readonly name: string }[]
  return project(part, types.find((type) => type.name === part.args.name) ?? null)
}

/** A selection of introspection, out of the whole of it. */
function project(part: Part, value: unknown): unknown {
  if (part.children.length === 0 || value === null || value === undefined) return value ?? null
  if (Array.isArray(value)) return value.map((item) => project(part, item))
  return members(part.children, (child) =>
    project(child, (value as Readonly<Record<string, unknown>>)[child.name]),
  )
}
