import { literal, type SqlWriter } from './sql-writer.ts'

/** Hexadecimal digits of the hash that a draw is made of: 52 bits, so that it and one half are one exact double. */
const DRAW_DIGITS = 13
const DRAW_BITS = DRAW_DIGITS * 4

/**
 * A number between 0 and 1 (exclusive) that is the same whenever the same question has the same answer on the same day: HMAC-SHA256
 * under the purpose's key of the day, what is measured, whom it is about (`who`, digests of the keys in order), how many rows
 * and the exact figure. Nobody without the key can tell it, so nobody can take the noise off; and since the exact figure is in
 * it, two row sets of the same data subjects do not share their noise, which would cancel out in a difference.
 */
export function drawSql(writer: SqlWriter, measure: string, value: string): string {
  const day = writer.parameter({ kind: 'day' })
  const what = literal(measure)
  const message = `convert_to(concat_ws('|', ${day}::text, ${what}, encode(sha256(h.who), 'hex'), h.n, ${value}), 'UTF8')`
  const inner = writer.parameter({ kind: 'noisePad', pad: 'inner' })
  const outer = writer.parameter({ kind: 'noisePad', pad: 'outer' })
  const hash = `sha256(${outer}::bytea || sha256(${inner}::bytea || ${message}))`
  const digits = `left(encode(${hash}, 'hex'), ${DRAW_DIGITS})`
  return `(('x' || ${digits})::bit(${DRAW_BITS})::bigint + 0.5::float8) / ${2 ** DRAW_BITS}::float8`
}

/**
 * A figure with noise from its draw: Laplace, mean zero, with a standard deviation of `noise` times the largest contribution
 * of one data subject; rounded to as many digits after the point as the figure has. Inverse of the distribution function.
 */
export function noisySql(noise: number, value: string, most: string, draw: string): string {
  const scale = `${noise / Math.SQRT2}::float8 * ${most}::float8`
  return `round(${value} - (sign(${draw} - 0.5) * ln(1 - 2 * abs(${draw} - 0.5)) * ${scale})::numeric, scale(${value}))`
}
