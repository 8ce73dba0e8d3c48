import type pg from 'pg'

/** What the server says of a role in the connected database. */
export interface RoleState {
  readonly exists: boolean
  readonly canLogin: boolean
  /** Attributes that no role of ours may have: `SUPERUSER`, `CREATEDB`, … */
  readonly attributes: readonly string[]
  /** Roles that it is a member of. */
  readonly memberOf: readonly string[]
  /** Settings for this role in this database. */
  readonly settings: ReadonlyMap<string, string>
  readonly database: string
  readonly held: readonly Held[]
}

/** One privilege that the role holds, by itself or, for databases and schemas, because everybody (`PUBLIC`) does. */
export interface Held {
  readonly on: 'database' | 'schema' | 'table' | 'columns'
  readonly schema: string | null
  readonly table: string | null
  /** Those of the table that it is on. */
  readonly columns: readonly string[] | null
  readonly privilege: string
  readonly public: boolean
}

interface RoleRow {
  readonly database: string
  readonly exists: boolean
  readonly can_login: boolean | null
  readonly attributes: readonly string[] | null
  readonly member_of: readonly string[]
  readonly settings: readonly string[] | null
}

const ROLE = `
  SELECT d.datname AS database, r.oid IS NOT NULL AS exists, r.rolcanlogin AS can_login,
         array_remove(ARRAY[
           CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END], NULL) AS attributes,
         ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                WHERE m.member = r.oid) AS member_of,
         (SELECT s.setconfig FROM pg_db_role_setting s
           WHERE s.setrole = r.oid AND s.setdatabase = d.oid) AS settings
    FROM pg_database d LEFT JOIN pg_roles r ON r.rolname = $1
   WHERE d.datname = current_database()`

const HELD = `
  WITH me AS (SELECT oid FROM pg_roles WHERE rolname = $1)
  SELECT 'database' AS on, NULL AS schema, NULL AS table, NULL::json AS columns, a.privilege_type AS privilege,
         a.grantee = 0 AS public
    FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
   WHERE d.datname = current_database() AND (a.grantee = 0 OR a.grantee IN (SELECT oid FROM me))
   UNION ALL
  SELECT 'schema', n.nspname::text, NULL, NULL, a.privilege_type, a.grantee = 0
    FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
   WHERE a.grantee = 0 OR a.grantee IN (SELECT oid FROM me)
   UNION ALL
  SELECT 'table', n.nspname::text, c.relname::text, NULL, a.privilege_type, false
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
   WHERE a.grantee IN (SELECT oid FROM me)
   UNION ALL
  SELECT 'columns', n.nspname::text, c.relname::text, p.columns, p.privilege, false
    FROM (SELECT t.attrelid, a.privilege_type AS privilege, json_agg(t.attname ORDER BY t.attnum) AS columns
            FROM pg_attribute t, aclexplode(t.attacl) a
           WHERE t.attacl IS NOT NULL AND NOT t.attisdropped AND a.grantee IN (SELECT oid FROM me)
           GROUP BY t.attrelid, a.privilege_type) p
         JOIN pg_class c ON c.oid = p.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace`

export async function readRoleState(client: pg.Client, role: string): Promise<RoleState> {
  const found = await client.query<RoleRow>(ROLE, [role])
  const held = await client.query<Held>(HELD, [role])
  const row = found.rows[0]
  const settings = (row?.settings ?? []).map((setting): [string, string] => {
    const at = setting.indexOf('=')
    return [setting.slice(0, at), setting.slice(at + 1)]
  })
  return {
    exists: row?.exists ?? false,
    canLogin: row?.can_login ?? false,
    attributes: row?.attributes ?? [],
    memberOf: row?.member_of ?? [],
    settings: new Map(settings),
    database: row?.database ?? '',
    held: held.rows,
  }
}
