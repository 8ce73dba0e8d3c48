import { literal } from './sql-writer.ts'
import type { ToJson } from './statement.ts'

/**
 * JSON put together as text: a constant, or an SQL expression of type text that is never null. PostgreSQL's functions for
 * building JSON walk each nested value once more at every level; joining text does not. So whoever makes a `JsonSql`
 * answers for its being valid JSON: free text goes through `jsonOf`, and only values that cannot hold a quote, a backslash
 * or a control character through `quotedOf`.
 */
export type JsonSql =
  | { readonly kind: 'constant'; readonly json: string }
  | { readonly kind: 'expression'; readonly sql: string; readonly bare?: Bare | undefined }

/** The same, null where the value is. */
interface Bare {
  readonly sql: string
  /** Quotes belong around it. */
  readonly quoted: boolean
}

export const NULL: JsonSql = { kind: 'constant', json: 'null' }

/** A text of our own: a GraphQL name. */
export function nameOf(name: string): JsonSql {
  return { kind: 'constant', json: `"${name}"` }
}

/** Any value, as PostgreSQL writes it in JSON. */
export function jsonOf(sql: string, toJson: ToJson = 'to_json'): JsonSql {
  return orNull(`${toJson}(${sql})::text`)
}

/** A value whose text is JSON already: a number, a boolean, JSON. */
export function bareOf(sql: string): JsonSql {
  return orNull(`${sql}::text`)
}

/** A text that needs no escaping: digits, hex, a date. */
export function quotedOf(sql: string): JsonSql {
  return { ...orNull(`'"' || ${sql} || '"'`), bare: { sql, quoted: true } }
}

/** An expression of JSON text that may be null. */
export function orNull(sql: string): JsonSql & { readonly kind: 'expression' } {
  return { kind: 'expression', sql: `coalesce(${sql}, 'null')`, bare: { sql, quoted: false } }
}

/** Joins rows of JSON text, in the given order, to a JSON array. */
export function arraySql(item: string, order: string): string {
  return `'[' || coalesce(string_agg(${item}, ','${order}), '') || ']'`
}

export type Pair = readonly [key: string, value: JsonSql]

/** A JSON object with its keys, which are GraphQL names, in the given order; as an expression that is never null. */
export function objectSql(pairs: readonly Pair[]): string {
  return joined(pairs, () => undefined)
}

/**
 * The same for many rows in which the values of `present` are not expected to be null. To ask each of them costs a tenth of what a row
 * does; so the row is first put together as if all were there, and anew with every one asked if that came to nothing.
 */
export function rowObjectSql(pairs: readonly Pair[], present: ReadonlySet<string>): string {
  const careful = objectSql(pairs)
  const hopeful = joined(pairs, (key, bare) => (present.has(key) ? bare : undefined))
  return hopeful === careful ? careful : `coalesce(${hopeful}, ${careful})`
}

/** @param inPlace what stands for a value without being asked whether it is null; undefined: the value is asked */
function joined(
  pairs: readonly Pair[],
  inPlace: (key: string, bare: Bare | undefined) => Bare | undefined,
): string {
  const terms: string[] = []
  let text = '{'
  pairs.forEach(([key, value], i) => {
    text += `${i === 0 ? '' : ','}"${key}":`
    if (value.kind === 'constant') {
      text += value.json
      return
    }
    const bare = inPlace(key, value.bare)
    const quote = bare?.quoted ? '"' : ''
    terms.push(literal(text + quote), bare?.sql ?? value.sql)
    text = quote
  })
  return [...terms, literal(`${text}}`)].join(' || ')
}
