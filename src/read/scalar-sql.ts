import type { GovernedEnum, ScalarField } from '../policy/policy.ts'
import type { Transform } from '../policy/transform.ts'
import { literal, type SqlWriter } from './sql-writer.ts'

const DATE_TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

/** The expression that serves a field in a form, such that its JSON is what the GraphQL scalar serialises to. */
export function scalarSql(
  writer: SqlWriter,
  field: ScalarField,
  transform: Transform,
  column: string,
  enums: ReadonlyMap<string, GovernedEnum>,
): string {
  switch (transform) {
    case 'AS_IS':
      return field.list ? listSql(field, column, enums) : plainSql(field, column, enums)
    case 'LAST4':
      return `right(${column}::text, least(4, length(${column}::text) / 2))`
    case 'DOMAIN':
      return `substring(${column}::text from '@([^@]+)$')`
    case 'YEAR':
      return field.type === 'Date'
        ? `make_date(extract(year from ${column})::integer, 1, 1)`
        : `to_char(date_trunc('year', ${utcSql(field, column)}), ${DATE_TIME})`
    case 'PSEUDONYM': {
      // HMAC (RFC 2104) from the one hash that PostgreSQL has built in; the pads come from the purpose's key.
      const inner = writer.parameter({ kind: 'pseudonymPad', pad: 'inner' })
      const outer = writer.parameter({ kind: 'pseudonymPad', pad: 'outer' })
      const message = `convert_to(${column}::text, 'UTF8')`
      return `encode(substring(sha256(${outer}::bytea || sha256(${inner}::bytea || ${message})) from 1 for 16), 'hex')`
    }
  }
}

function plainSql(field: ScalarField, column: string, enums: ReadonlyMap<string, GovernedEnum>): string {
  switch (field.type) {
    case 'ID':
    case 'BigInt':
    case 'Decimal':
      return field.sqlType === 'text' ? column : `${column}::text`
    case 'DateTime':
      return `to_char(${utcSql(field, column)}, ${DATE_TIME})`
    case 'Enum':
      return enumSql(field, column, enums)
    case 'String':
    case 'Int':
    case 'Float':
    case 'Boolean':
    case 'Date':
    case 'JSON':
      return column
  }
}

/** Prisma keeps UTC in columns without a time zone. */
function utcSql(field: ScalarField, column: string): string {
  return field.sqlType.startsWith('timestamptz') ? `(${column} AT TIME ZONE 'UTC')` : column
}

function enumSql(field: ScalarField, column: string, enums: ReadonlyMap<string, GovernedEnum>): string {
  const values = enums.get(field.enumName ?? '')?.values ?? []
  if (values.every((value) => value.label === value.name)) return `${column}::text`
  const cases = values.map((value) => `WHEN ${literal(value.label)} THEN ${literal(value.name)}`)
  return `CASE ${column}::text ${cases.join(' ')} END`
}

function listSql(field: ScalarField, column: string, enums: ReadonlyMap<string, GovernedEnum>): string {
  const item = plainSql({ ...field, list: false }, 'item', enums)
  return `(SELECT coalesce(json_agg(${item} ORDER BY place), '[]'::json) FROM unnest(${column}) WITH ORDINALITY AS items(item, place))`
}
