import { invariant } from '../invariant.ts'
import type { ScalarField } from '../policy/governed-model.ts'
import type { GovernedEnum } from '../policy/policy.ts'
import type { Transform } from '../policy/transform.ts'
import { initialsSql, postcodeAreaSql, presenceSql, roundedSql } from './form-sql.ts'
import { bareOf, type JsonSql, jsonOf, quotedOf } from './json-sql.ts'
import { literal, type SqlWriter } from './sql-writer.ts'
import type { ToJson } from './statement.ts'

const DATE_TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`
/** PostgreSQL types whose text never needs escaping in JSON. */
const PLAIN_TEXT: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint', 'numeric', 'uuid'])

/** Says nothing of the value, not even whether there is one. */
export const REDACTED: JsonSql = { kind: 'constant', json: '"[redacted]"' }

type Enums = ReadonlyMap<string, GovernedEnum>

interface FormedField {
  readonly field: ScalarField
  readonly transform: Transform
  /** Of `ROUNDED`. */
  readonly step: string | undefined
}

/** A field in a form, such that its JSON is what the GraphQL scalar serialises to. */
export function scalarSql(
  writer: SqlWriter,
  { field, transform, step }: FormedField,
  column: string,
  enums: Enums,
): JsonSql {
  switch (transform) {
    case 'AS_IS':
      if (field.type === 'JSON') writer.storedJson = true
      return field.list
        ? listSql(writer.toJson, field, column, enums)
        : plainSql(writer.toJson, field, column, enums)
    case 'LAST4':
      return jsonOf(`right(${column}::text, least(4, length(${column}::text) / 2))`)
    case 'DOMAIN':
      return jsonOf(`substring(${column}::text from '@([^@]*)$')`)
    case 'INITIALS':
      return initialsSql(column)
    case 'POSTCODE_AREA':
      return postcodeAreaSql(column)
    case 'YEAR':
      return beginningSql('year', field, column)
    case 'MONTH':
      return beginningSql('month', field, column)
    case 'DECADE':
      return beginningSql('decade', field, column)
    case 'ROUNDED':
      invariant(step !== undefined, 'what is rounded is rounded to a step')
      return roundedSql(field, column, step)
    case 'PRESENCE':
      return presenceSql(field, column)
    case 'REDACTED':
      return REDACTED
    case 'PSEUDONYM': {
      // HMAC (RFC 2104) from the one hash that PostgreSQL has built in; the pads come from the purpose's key.
      const inner = writer.parameter({ kind: 'pseudonymPad', pad: 'inner' })
      const outer = writer.parameter({ kind: 'pseudonymPad', pad: 'outer' })
      const message = `convert_to(${column}::text, 'UTF8')`
      return quotedOf(
        `encode(substring(sha256(${outer}::bytea || sha256(${inner}::bytea || ${message})) from 1 for 16), 'hex')`,
      )
    }
  }
}

/** Without a time zone, so that the session's cannot matter. */
function beginningSql(period: 'year' | 'month' | 'decade', field: ScalarField, column: string): JsonSql {
  return field.type === 'Date'
    ? jsonOf(`date_trunc('${period}', ${column}::timestamp)::date`)
    : quotedOf(`to_char(date_trunc('${period}', ${utcSql(field, column)}), ${DATE_TIME})`)
}

function plainSql(toJson: ToJson, field: ScalarField, column: string, enums: Enums): JsonSql {
  switch (field.type) {
    case 'ID':
    case 'BigInt':
    case 'Decimal':
      return PLAIN_TEXT.has(field.sqlType) ? quotedOf(`${column}::text`) : jsonOf(`${column}::text`, toJson)
    case 'DateTime':
      return quotedOf(`to_char(${utcSql(field, column)}, ${DATE_TIME})`)
    case 'Enum':
      return enumSql(field, column, enums)
    case 'String':
    case 'Float':
    case 'Date':
      return jsonOf(column, toJson)
    case 'Int':
    case 'Boolean':
    case 'JSON':
      return bareOf(column)
  }
}

/** Prisma keeps UTC in columns without a time zone. */
function utcSql(field: ScalarField, column: string): string {
  return field.sqlType.startsWith('timestamptz') ? `(${column} AT TIME ZONE 'UTC')` : column
}

/** A label that the data model does not know is null: it is no value of the GraphQL enum. */
function enumSql(field: ScalarField, column: string, enums: Enums): JsonSql {
  const values = enums.get(field.enumName ?? '')?.values ?? []
  const cases = values.map((value) => `WHEN ${literal(value.label)} THEN ${literal(value.name)}`)
  return quotedOf(`CASE ${column}::text ${cases.join(' ')} END`)
}

function listSql(toJson: ToJson, field: ScalarField, column: string, enums: Enums): JsonSql {
  const item = plainSql(toJson, { ...field, list: false }, 'item', enums)
  const json = item.kind === 'expression' ? item.sql : literal(item.json)
  const items = `(SELECT string_agg(${json}, ',' ORDER BY place) FROM unnest(${column}) WITH ORDINALITY AS items(item, place))`
  return { kind: 'expression', sql: `'[' || coalesce(${items}, '') || ']'` }
}
