import type { RoleSpec, TableGrant } from './role-spec.ts'

/** One role that may do what any of several specifications of it say. Everything but grants and schemas is the last one's. */
export function unionRole(specs: readonly [RoleSpec, ...RoleSpec[]]): RoleSpec {
  const last = specs.at(-1) ?? specs[0]
  const grants = new Map<string, TableGrant>()
  for (const grant of specs.flatMap((spec) => spec.grants)) {
    const key = JSON.stringify([grant.table.schema, grant.table.name, grant.privileges])
    const known = grants.get(key)
    grants.set(key, known ? { ...grant, columns: unionColumns(known.columns, grant.columns) } : grant)
  }
  return {
    ...last,
    grants: [...grants.values()],
    schemas: [...new Set(specs.flatMap((spec) => spec.schemas))],
  }
}

/** Undefined is the whole table. */
function unionColumns(a: TableGrant['columns'], b: TableGrant['columns']): TableGrant['columns'] {
  return a && b && [...new Set([...a, ...b])].sort()
}
