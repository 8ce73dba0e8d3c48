import type pg from 'pg'
import type { RoleSpec } from './role-spec.ts'

/** Tables and columns of a role's grants that the database does not have, as `schema.table` or `schema.table.column`. */
export async function missingColumns(client: pg.Client, spec: RoleSpec): Promise<readonly string[]> {
  const wanted = spec.grants.flatMap(({ table, columns }) =>
    (columns ?? [null]).map(
      (column) => [table.schema ?? spec.searchPath[0] ?? 'public', table.name, column] as const,
    ),
  )
  const { rows } = await client.query<{ missing: string }>(
    `SELECT DISTINCT concat_ws('.', w.schema, w.name, CASE WHEN c.oid IS NOT NULL THEN w.col END) AS missing
       FROM unnest($1::text[], $2::text[], $3::text[]) AS w(schema, name, col)
       LEFT JOIN pg_namespace n ON n.nspname = w.schema
       LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = w.col AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.oid IS NULL OR (w.col IS NOT NULL AND a.attname IS NULL)
      ORDER BY 1`,
    [wanted.map(([schema]) => schema), wanted.map(([, name]) => name), wanted.map(([, , column]) => column)],
  )
  return rows.map(({ missing }) => missing)
}
