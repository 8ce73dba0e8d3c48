/** @param keys none: all rows are one group, also where there are no rows */
export function groupedSql(columns: readonly string[], from: string, keys: readonly string[]): string {
  const by = keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : ''
  return `SELECT ${columns.join(', ')} FROM ${from}${by}`
}
