/** Digits after the point of an average. */
const AVERAGE_DIGITS = 6
/** A quotient of PostgreSQL has as many digits as its dividend, but may have few where that has none. */
const MANY_DIGITS = '0.00000000000000000000'

/** @param sum exact, as the number of rows is */
export function averageSql(sum: string, rows: string): string {
  return `trim_scale(round((${sum} + ${MANY_DIGITS}) / ${rows}, ${AVERAGE_DIGITS}))`
}
