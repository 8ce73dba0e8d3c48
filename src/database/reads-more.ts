import type { Policy } from '../policy/policy.ts'
import { governedColumns, governedTypeSchemas, governsCitext } from './governed-columns.ts'

/** Whether serving the second policy takes a column, or a type, that serving the first does not. */
export function readsMore(than: Policy, policy: Policy): boolean {
  const held = namesOf(than)
  return [...namesOf(policy)].some((name) => !held.has(name))
}

function namesOf(policy: Policy): ReadonlySet<string> {
  const columns = governedColumns(policy).flatMap(({ table, columns }) =>
    (columns ?? ['*']).map((column) => JSON.stringify([table.schema, table.name, column])),
  )
  const schemas = governedTypeSchemas(policy).map((schema) => JSON.stringify([schema]))
  return new Set([...columns, ...schemas, ...(governsCitext(policy) ? ['citext'] : [])])
}
