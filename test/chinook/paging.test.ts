import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLERK, CURATOR } from './askers.ts'
import { openShop, type Shop, withoutChinook } from './shop.ts'

describe.skipIf(withoutChinook)('paging through Chinook', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(async () => {
    await shop?.close()
  })

  /** Every id, page by page; checks the page information and the record of each page on the way. */
  async function allInvoices(orderBy: string, first: number): Promise<readonly string[]> {
    const ids: string[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { status, body, record } = await shop.ask(CLERK, {
        purpose: 'BILLING',
        query: `query Page($first: Int!, $after: String) {
          invoices(first: $first, after: $after, orderBy: ${orderBy}) {
            totalCount
            edges { cursor node { id } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          }
        }`,
        variables: { first, after },
      })
      expect(status).toBe(200)
      const { edges, pageInfo, totalCount } = body.data.invoices
      expect(totalCount).toBe(412)
      expect(record.rows).toEqual({ Invoice: edges.length })
      // Each page is sealed anew, so the cursors at its ends are other texts for the same places.
      expect([typeof pageInfo.startCursor, typeof pageInfo.endCursor]).toEqual(['string', 'string'])
      expect(pageInfo.hasPreviousPage).toBe(after !== null)
      ids.push(...edges.map((edge: { node: { id: string } }) => edge.node.id))
      after = ids.length % 2 === 0 ? pageInfo.endCursor : edges.at(-1).cursor
      more = pageInfo.hasNextPage
    }
    return ids
  }

  it.each([
    ['many ties', '[{ total: ASC }]', 'total, invoice_id'],
    ['many ties, downwards', '[{ total: DESC }]', 'total DESC, invoice_id'],
    ['nulls last', '[{ billingState: ASC }]', 'billing_state, invoice_id'],
    ['nulls first', '[{ billingState: DESC }]', 'billing_state DESC, invoice_id'],
    [
      'both directions in one order',
      '[{ billingCountry: DESC }, { billingState: ASC }, { total: DESC }]',
      'billing_country DESC, billing_state, total DESC, invoice_id',
    ],
    ['the key downwards', '[{ id: DESC }]', 'invoice_id DESC'],
    ['a moment', '[{ date: DESC }, { id: DESC }]', 'invoice_date DESC, invoice_id DESC'],
    ['no order of its own', '[]', 'invoice_id'],
  ])('sees all 412 invoices once, in order: %s', async (_name, orderBy, order) => {
    const expected = await shop.sql(`SELECT array_agg(invoice_id::text ORDER BY ${order}) FROM invoice`)
    expect(expected).toHaveLength(412)
    expect(await allInvoices(orderBy, 37)).toEqual(expected)
  })

  it('pages of one row, and one page for all, are the same list', async () => {
    const expected = await shop.sql(
      'SELECT array_agg(invoice_id::text ORDER BY total DESC, invoice_id) FROM invoice',
    )
    expect(await allInvoices('[{ total: DESC }]', 500)).toEqual(expected)
    expect(await allInvoices('[{ total: DESC }]', 103)).toEqual(expected)
  })

  it('pages through a composite key', async () => {
    const seen: string[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { body } = await shop.ask(CURATOR, {
        purpose: 'CATALOGUE',
        query: `query ($after: String) { playlistTracks(first: 500, after: $after, where: { playlist: { is: { name: { equals: "Music" } } } }, orderBy: [{ trackId: DESC }]) {
          nodes { playlistId trackId } pageInfo { hasNextPage endCursor } } }`,
        variables: { after },
      })
      type Node = { playlistId: string; trackId: string }
      const { nodes, pageInfo } = body.data.playlistTracks
      seen.push(...nodes.map(({ playlistId, trackId }: Node) => `${playlistId}/${trackId}`))
      after = pageInfo.endCursor
      more = pageInfo.hasNextPage
    }
    expect(seen).toEqual(
      await shop.sql(
        `SELECT array_agg(playlist_id || '/' || track_id ORDER BY track_id DESC, playlist_id) FROM playlist_track JOIN playlist USING (playlist_id) WHERE name = 'Music'`,
      ),
    )
    expect(seen.length).toBeGreaterThan(6_000)
  })

  it('a cursor serves for its own list, order and purpose, and for no other', async () => {
    const cursor = async (query: string, purpose: string): Promise<string> => {
      const { body } = await shop.ask(CLERK, { purpose, query })
      const [list] = Object.values(body.data) as { pageInfo: { endCursor: string } }[]
      return list?.pageInfo.endCursor ?? ''
    }
    const page = 'pageInfo { endCursor }'
    const ofTracks = await cursor(`{ tracks(first: 1, orderBy: [{ name: ASC }]) { ${page} } }`, 'BILLING')
    const foreign = [
      ofTracks,
      await cursor(`{ invoices(first: 1, orderBy: [{ total: DESC }]) { ${page} } }`, 'BILLING'),
      await cursor(`{ invoices(first: 1) { ${page} } }`, 'BILLING'),
      `${ofTracks.slice(0, -2)}AA`,
    ]
    for (const after of foreign) {
      const { status, body, record } = await shop.ask(CLERK, {
        purpose: 'BILLING',
        query:
          'query ($after: String) { invoices(first: 1, after: $after, orderBy: [{ total: ASC }]) { nodes { id } } }',
        variables: { after },
      })
      expect([status, body.errors[0].extensions.code]).toEqual([400, 'CURSOR_INVALID'])
      expect(record.outcome).toBe('failed')
    }
    const { status } = await shop.ask(CLERK, {
      purpose: 'CATALOGUE',
      query:
        'query ($after: String) { tracks(first: 1, after: $after, orderBy: [{ name: ASC }]) { nodes { id } } }',
      variables: { after: ofTracks },
    })
    expect(status).toBe(400)
  })
})
