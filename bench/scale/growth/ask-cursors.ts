import pg from 'pg'
import { CURSORS_OF_ROW, type Cursors, keysOver } from './growth-reads.ts'
import type { Grown } from './start-grown.ts'

type Connection = { readonly pageInfo: { readonly endCursor: string | null } }

/** Cursors of invoices all over the list; those that are kept no longer have none. */
export async function askCursors({ setup, running }: Grown): Promise<Cursors> {
  const byKey: string[] = []
  const byDueDate: string[] = []
  for (const id of keysOver(await invoicesIn(setup.databaseUrl))) {
    const response = await fetch(`${running.origin}/graphql`, {
      method: 'POST',
      headers: { ...running.headers, 'x-purpose': 'BILLING' },
      body: JSON.stringify({ query: CURSORS_OF_ROW, variables: { id } }),
    })
    const { data } = (await response.json()) as { data?: Readonly<Record<keyof Cursors, Connection>> }
    if (data === undefined) throw new Error(`a cursor was refused with ${response.status}`)
    if (data.byKey.pageInfo.endCursor !== null) byKey.push(data.byKey.pageInfo.endCursor)
    if (data.byDueDate.pageInfo.endCursor !== null) byDueDate.push(data.byDueDate.pageInfo.endCursor)
  }
  return { byKey, byDueDate }
}

async function invoicesIn(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ largest: number }>('SELECT max(id) AS largest FROM invoice')
    return rows[0]?.largest ?? 0
  } finally {
    await client.end()
  }
}
