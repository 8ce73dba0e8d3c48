import pg from 'pg'

/**
 * Takes from everybody what PostgreSQL gives to everybody: temporary tables in the connected database, and new objects in
 * the schema `public`. Only for a database that is the gateway's own; an adopter's grants are theirs.
 */
export async function withdrawFromPublic(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ database: string; temporary: boolean; create: boolean }>(
    `SELECT d.datname AS database,
            EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                     WHERE a.grantee = 0 AND a.privilege_type = 'TEMPORARY') AS temporary,
            EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a
                     WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE') AS create
       FROM pg_database d WHERE d.datname = current_database()`,
  )
  for (const { database, temporary, create } of rows) {
    if (temporary)
      await owner.query(`REVOKE TEMPORARY ON DATABASE ${pg.escapeIdentifier(database)} FROM PUBLIC`)
    if (create) await owner.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC')
  }
}
