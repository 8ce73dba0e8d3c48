import type { ScalarField } from '../policy/governed-model.ts'
import { LARGEST } from '../policy/step.ts'
import { bareOf, type JsonSql, jsonOf, quotedOf } from './json-sql.ts'

/** The forms of `directives/transform.graphql` that are more than one call of a function. */

/** What separates words: white space as Unicode has it, and hyphens; said here, so that no locale of a database can change it. */
const BETWEEN = String.raw`\u0009-\u000D\u0020\u00A0\u1680\u2000-\u200A\u2010\u2011\u2028\u2029\u202F\u205F\u3000\uFEFF\u002D`
/** A word (kept: its first character, with the marks that combine with it), or what stands between words (kept: nothing). */
const WORD = `([^${BETWEEN}][\\u0300-\\u036F]*)[^${BETWEEN}]*|[${BETWEEN}]+`

export function initialsSql(column: string): JsonSql {
  return jsonOf(`regexp_replace(${column}::text, '${WORD}', '\\1', 'g')`)
}

/** Danish postcodes are four digits, of which the first two are the area. */
export function postcodeAreaSql(column: string): JsonSql {
  return quotedOf(`substring(${column}::text from '^([0-9]{2})[0-9]{2}$') || 'xx'`)
}

/** An empty text, and the `null` of JSON, are nothing. */
export function presenceSql(field: ScalarField, column: string): JsonSql {
  const nothing = field.type === 'JSON' ? 'null' : ''
  return quotedOf(`CASE WHEN ${column}::text <> '${nothing}' THEN 'present' END`)
}

/**
 * To the nearest multiple of the step, halves away from zero. `div` gives whole numbers and never rounds, so the result is
 * exact whatever the number of digits. Multiples beyond the largest number of a whole type do not exist: the last one
 * within it stands for them.
 */
export function roundedSql(field: ScalarField, column: string, step: string): JsonSql {
  // The shortest decimal that is the same float, where a plain cast keeps fifteen digits.
  const value = field.type === 'Float' ? `${column}::text::numeric` : `${column}::numeric`
  const unit = `${step}::numeric`
  const multiple = `sign(${value}) * div(abs(${value}) * 2 + ${unit}, 2 * ${unit}) * ${unit}`
  const largest = LARGEST[field.type]
  if (largest === undefined)
    return field.type === 'Float' ? jsonOf(`(${multiple})::double precision`) : jsonOf(`(${multiple})::text`)
  const last = (largest / BigInt(step)) * BigInt(step)
  // `least` and `greatest` pass over null.
  const within = `CASE WHEN ${column} IS NOT NULL THEN greatest(least(${multiple}, ${last}), -${last}) END`
  return field.type === 'BigInt' ? quotedOf(`(${within})::text`) : bareOf(`(${within})`)
}
