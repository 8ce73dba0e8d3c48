import type pg from 'pg'

/** Everything of an adopter's that a gateway could have changed; by name, in a fixed order. */
export interface Catalog {
  readonly columns: readonly string[]
  readonly indexes: readonly string[]
  readonly constraints: readonly string[]
  readonly others: readonly string[]
  /** Rows and a digest of their text, per table. */
  readonly data: readonly string[]
}

const OWN = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'gateway') AND n.nspname NOT LIKE 'pg\\_%'`

const COLUMNS = `SELECT format('%s.%s %s %s not null %s default %s', c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE ${OWN} AND a.attnum > 0`
const INDEXES = `SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN}`
const CONSTRAINTS = `SELECT format('%s %s', k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${OWN}`
const OTHERS = `SELECT format('relation %s %s row security %s owner %s file %s', c.relname, c.relkind, c.relrowsecurity, c.relowner::regrole, c.relfilenode) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN}
  UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OWN}
  UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN}
  UNION ALL SELECT 'type ' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${OWN}
  UNION ALL SELECT 'schema ' || n.nspname FROM pg_namespace n WHERE ${OWN}
  UNION ALL SELECT 'extension ' || extname FROM pg_extension
  UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
  UNION ALL SELECT 'policy ' || polname FROM pg_policy`

export async function readCatalog(database: pg.Pool): Promise<Catalog> {
  const lines = async (text: string): Promise<readonly string[]> => {
    const { rows } = await database.query<[string]>({ text, rowMode: 'array' })
    return rows.map(([line]) => line).sort()
  }
  const tables = await lines(
    `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN} AND c.relkind = 'r'`,
  )
  const digests = tables.map(
    (table) =>
      `SELECT '${table} ' || count(*) || ' ' || md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ${table} t`,
  )
  return {
    columns: await lines(COLUMNS),
    indexes: await lines(INDEXES),
    constraints: await lines(CONSTRAINTS),
    others: await lines(OTHERS),
    data: await lines(digests.join(' UNION ALL ')),
  }
}
