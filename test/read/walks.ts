import type pg from 'pg'

/** A table through which a statement walks: from one end to the other, or along an index, passing over most of what it meets. */
export interface Walk {
  readonly table: string
  /** From one end to the other, by no index. */
  readonly whole: boolean
  /** How often in one statement. */
  readonly loops: number
}

/** What PostgreSQL says of a node of a plan, as far as it matters here. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Loops': number
  /** In each loop, on average. */
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

/** So few rows are one or two pages, which no index is faster than. */
const FEW_ROWS = 300

interface Explained {
  readonly text: string
  readonly values: readonly unknown[]
}
/** `force_custom_plan`: planned for these values; `force_generic_plan`: for any, as a statement is that runs often. */
type Mode = 'force_custom_plan' | 'force_generic_plan'

/** Runs a statement by `EXPLAIN (ANALYZE)` and gives every walk that took place through a table of more than a few rows. */
export async function walksOf(client: pg.Client, statement: Explained, mode: Mode): Promise<readonly Walk[]> {
  const nodes = await planOf(client, statement, mode)
  const large = await largeTables(client)
  return nodes.flatMap((node) => {
    const table = node['Relation Name']
    const loops = node['Actual Loops']
    const whole = node['Node Type'] === 'Seq Scan'
    const walks = whole || (node['Rows Removed by Filter'] ?? 0) > FEW_ROWS
    return walks && loops > 0 && table !== undefined && large.has(table) ? [{ table, whole, loops }] : []
  })
}

/** All nodes of the plan by which a statement was run. */
export async function planOf(
  client: pg.Client,
  { text, values }: Explained,
  mode: Mode,
): Promise<readonly PlanNode[]> {
  await client.query(`SET plan_cache_mode = ${mode}`)
  await client.query(`PREPARE explained AS ${text}`)
  try {
    const given = values.map((value) => literalOf(client, value)).join(', ')
    const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained${given === '' ? '' : `(${given})`}`,
    )
    return (rows[0]?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodesOf(Plan))
  } finally {
    await client.query('DEALLOCATE explained')
  }
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

function literalOf(client: pg.Client, value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
  if (Array.isArray(value)) return `ARRAY[${value.map((item) => literalOf(client, item)).join(', ')}]`
  return client.escapeLiteral(String(value))
}

async function largeTables(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > ${FEW_ROWS}`,
  )
  return new Set(rows.map(({ relname }) => relname))
}
