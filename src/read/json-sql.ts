import { literal } from './sql-writer.ts'

/** PostgreSQL takes at most 100 arguments in a call. */
const PAIRS_PER_CALL = 50

/** A JSON object with its keys in the given order. */
export function objectSql(pairs: readonly (readonly [key: string, expression: string])[]): string {
  const calls: string[] = []
  for (let i = 0; i < pairs.length; i += PAIRS_PER_CALL) {
    const args = pairs
      .slice(i, i + PAIRS_PER_CALL)
      .map(([key, expression]) => `${literal(key)}, ${expression}`)
    calls.push(`json_build_object(${args.join(', ')})`)
  }
  const [only] = calls
  if (calls.length <= 1) return only ?? `'{}'::json`
  // Longer objects are joined as text, because merging through jsonb would lose the order of the keys.
  const members = calls.map((call) => `substr(left(${call}::text, -1), 2)`)
  return `('{' || ${members.join(` || ', ' || `)} || '}')::json`
}
