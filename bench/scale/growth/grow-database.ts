import pg from 'pg'

/**
 * Copies of rows, none of which stands where another one does: the keys of each copy follow those of the one before it. In
 * this order, because how many customers there were is how far the others are moved.
 */
const COPIES: readonly { readonly table: string; readonly step: string; readonly columns: string }[] = [
  {
    table: 'invoice',
    step: `SELECT max(id) AS ids, max(invoice_number) - min(invoice_number) + 1 AS numbers,
      (SELECT max(id) FROM customer) AS customers FROM invoice`,
    columns: `id + n * ids, customer_id + n * customers, invoice_number + n * numbers, status, issued_at, due_on,
      currency_code, net_amount, vat_amount, total_amount, buyer_reference, credit_note_of_id + n * ids`,
  },
  {
    table: 'legal_hold',
    step: 'SELECT max(id) AS ids, (SELECT max(id) FROM customer) AS customers FROM legal_hold',
    columns: 'id + n * ids, customer_id + n * customers, reason, placed_at, released_at',
  },
  {
    table: 'customer',
    step: 'SELECT max(id) AS ids FROM customer',
    columns: `id + n * ids, kind, CASE WHEN cvr IS NOT NULL THEN 'E' || lpad((id + n * ids)::text, 7, '0') END,
      name, street_address, postcode, city, country_code, industry_code, employee_count, vulnerability,
      bookkeeper_id + n * ids, created_at`,
  },
]

/**
 * Makes `times` as many customers out of those that are there, with their invoices and legal holds: all that the reads of the
 * growth look at. Seeding so many would take hours. Dates stay as they are, so each day has `times` as many invoices.
 *
 * @param url of the database's owner, whom no foreign key may hold up: a superuser
 */
export async function growDatabase(url: string, times: number): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  try {
    // Copies refer to copies as rows do to rows: there is nothing to check.
    await owner.query('SET session_replication_role = replica')
    for (const { table, step, columns } of COPIES) {
      const indexes = await dropIndexes(owner, table)
      await owner.query(
        `WITH step AS (${step})
         INSERT INTO ${table} SELECT ${columns} FROM ${table}, step, generate_series(1, $1::int - 1) AS n`,
        [times],
      )
      for (const definition of indexes) await owner.query(definition)
    }
    await owner.query('VACUUM ANALYZE')
    await owner.query('CHECKPOINT')
  } finally {
    await owner.end()
  }
}

/** All but the primary key's. Building an index when the rows are there is many times faster. */
async function dropIndexes(owner: pg.Client, table: string): Promise<readonly string[]> {
  const { rows } = await owner.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid = $1::regclass AND NOT indisprimary`,
    [table],
  )
  for (const { name } of rows) await owner.query(`DROP INDEX ${name}`)
  return rows.map(({ definition }) => definition)
}
