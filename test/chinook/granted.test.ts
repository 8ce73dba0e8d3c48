import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ANALYST, CLERK, CURATOR, SCIENTIST, STAFF_MANAGER, SUPPORT_REP } from './askers.ts'
import { openShop, type Shop, withoutChinook } from './shop.ts'

describe.skipIf(withoutChinook)('what is granted on Chinook', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(async () => {
    await shop?.close()
  })

  it("a clerk's invoice run: every invoice of a month with address, lines and tracks", async () => {
    const { status, body, record } = await shop.ask(CLERK, {
      purpose: 'BILLING',
      headers: { 'x-justification': 'run of December 2025' },
      query: `query InvoiceRun($from: DateTime!, $to: DateTime!) {
        invoices(first: 100, where: { date: { gte: $from, lt: $to } }, orderBy: [{ date: ASC }]) {
          totalCount
          nodes {
            id date total billingCity
            customer { firstName lastName phone }
            lines(first: 50) { nodes { quantity unitPrice track { name } } }
          }
        }
      }`,
      variables: { from: '2025-12-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    })
    expect(status).toBe(200)
    const nodes = await shop.sql(`
      SELECT json_agg(json_build_object(
        'id', i.invoice_id::text, 'date', to_char(i.invoice_date, 'YYYY-MM-DD') || 'T00:00:00.000Z',
        'total', i.total::text, 'billingCity', i.billing_city,
        'customer', json_build_object('firstName', c.first_name, 'lastName', c.last_name, 'phone', right(c.phone, 4)),
        'lines', json_build_object('nodes', (
          SELECT json_agg(json_build_object('quantity', l.quantity, 'unitPrice', l.unit_price::text,
            'track', json_build_object('name', t.name)) ORDER BY l.invoice_line_id)
          FROM invoice_line l JOIN track t USING (track_id) WHERE l.invoice_id = i.invoice_id))
      ) ORDER BY i.invoice_date, i.invoice_id)
      FROM invoice i JOIN customer c USING (customer_id)
      WHERE i.invoice_date >= '2025-12-01' AND i.invoice_date < '2026-01-01'`)
    expect(nodes).toHaveLength(7)
    expect(body.data.invoices).toEqual({ totalCount: 7, nodes })
    const lines = Number(
      await shop.sql(
        `SELECT count(*) FROM invoice_line JOIN invoice USING (invoice_id) WHERE invoice_date >= '2025-12-01' AND invoice_date < '2026-01-01'`,
      ),
    )
    expect(record).toMatchObject({
      outcome: 'granted',
      principal: { subject: 'nancy', app: 'billing-desk', roles: ['BILLING_CLERK'] },
      purpose: 'BILLING',
      basis: 'CONTRACT',
      justification: 'run of December 2025',
      operation: { name: 'InvoiceRun' },
      rows: { Invoice: 7, Customer: 7, InvoiceLine: lines, Track: lines },
    })
    expect(record.fields).toEqual({
      'Customer.firstName': 'AS_IS',
      'Customer.lastName': 'AS_IS',
      'Customer.phone': 'LAST4',
      'Invoice.billingCity': 'AS_IS',
      'Invoice.customer': 'AS_IS',
      'Invoice.date': 'AS_IS',
      'Invoice.id': 'AS_IS',
      'Invoice.lines': 'AS_IS',
      'Invoice.total': 'AS_IS',
      'InvoiceLine.quantity': 'AS_IS',
      'InvoiceLine.track': 'AS_IS',
      'InvoiceLine.unitPrice': 'AS_IS',
      'Track.name': 'AS_IS',
    })
    const customers = new Set(
      (nodes as { readonly customer: { readonly lastName: string } }[]).map((n) => n.customer.lastName),
    )
    expect(record.subjects).toHaveLength(customers.size)
  })

  it('a support lookup by e-mail, in whatever case it was typed', async () => {
    const query = `query Lookup($email: String!) {
      customers(where: { email: { equals: $email, mode: INSENSITIVE } }) {
        nodes { id firstName lastName phone supportRep { firstName birthDate } }
      }
    }`
    const { body, record } = await shop.ask(SUPPORT_REP, {
      purpose: 'SUPPORT',
      query,
      variables: { email: 'LuisG@EMBRAER.com.br' },
    })
    expect(body.data.customers.nodes).toEqual([
      {
        id: '1',
        firstName: 'Luís',
        lastName: 'Gonçalves',
        phone: '+55 (12) 3923-5555',
        supportRep: { firstName: 'Jane', birthDate: '1973-01-01T00:00:00.000Z' },
      },
    ])
    // The filter is a read: the field is on record although it is not in the answer; its value is not.
    expect(record.fields).toMatchObject({ 'Customer.email': 'AS_IS', 'Employee.birthDate': 'YEAR' })
    expect(JSON.stringify(record).toLowerCase()).not.toContain('embraer')
    // The customer and the employee: both are people.
    expect(record.rows).toEqual({ Customer: 1, Employee: 1 })
    expect(record.subjects).toHaveLength(2)

    const none = await shop.ask(SUPPORT_REP, { purpose: 'SUPPORT', query, variables: { email: 'luisg%' } })
    expect(none.body.data.customers.nodes).toEqual([])
    expect(none.record).not.toHaveProperty('subjects')
  })

  it("an analyst's sales by country, with e-mail domains and pseudonyms only", async () => {
    const { body, record } = await shop.ask(ANALYST, {
      purpose: 'SALES_ANALYSIS',
      query: `{
        customers(first: 100, where: { country: { in: ["Germany", "Denmark", "Brazil"] } }, orderBy: [{ country: DESC }]) {
          nodes { id country email invoices(first: 20, where: { total: { gt: "5.00" } }, orderBy: [{ total: DESC }, { date: ASC }]) { totalCount nodes { total date } } }
        }
      }`,
    })
    const expected = (await shop.sql(`
      SELECT json_agg(json_build_object('country', country, 'email', split_part(email, '@', 2),
        'invoices', (SELECT json_build_object('totalCount', count(*), 'nodes',
            coalesce(json_agg(json_build_object('total', total::text, 'date', to_char(invoice_date, 'YYYY-MM-DD') || 'T00:00:00.000Z') ORDER BY total DESC, invoice_date), '[]'))
          FROM invoice i WHERE i.customer_id = c.customer_id AND total > 5)
        ) ORDER BY country DESC)
      FROM customer c WHERE country IN ('Germany', 'Denmark', 'Brazil')`)) as readonly Sales[]
    expect(expected).toHaveLength(10)
    const nodes = body.data.customers.nodes as readonly (Sales & { readonly id: string })[]
    const countries = (list: readonly Sales[]) => list.map(({ country }) => country)
    expect(countries(nodes)).toEqual(countries(expected))
    // Within a country the order is that of a keyed hash, which hides the customers' numbers.
    expect(sortedByText(nodes.map(({ id: _, ...rest }) => rest))).toEqual(sortedByText(expected))
    for (const { id } of nodes) expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(10)
    expect(record.fields).toMatchObject({ 'Customer.email': 'DOMAIN', 'Customer.id': 'PSEUDONYM' })
    expect(record.subjects).toHaveLength(10)
  })

  it('pseudonyms: stable in one purpose, not to be linked across two', async () => {
    const query =
      '{ invoices(first: 500, where: { customer: { is: { invoices: { some: {} } } } }) { nodes { customer { id } } } }'
    const ids = async (asker: typeof ANALYST, purpose: string): Promise<string[]> => {
      const { body } = await shop.ask(asker, { purpose, query })
      return body.data.invoices.nodes.map((node: { customer: { id: string } }) => node.customer.id)
    }
    const analysis = await ids(ANALYST, 'SALES_ANALYSIS')
    expect(await ids(ANALYST, 'SALES_ANALYSIS')).toEqual(analysis)
    const science = await ids(SCIENTIST, 'RECOMMENDATIONS')
    expect(science.filter((id) => analysis.includes(id))).toEqual([])
    // Equal customers are equal in both: as many pseudonyms, each on as many invoices, and as many as there are in truth.
    const invoicesEach = (ids: readonly string[]) =>
      [...new Set(ids)].map((id) => ids.filter((other) => other === id).length).sort((a, b) => a - b)
    const truth = await shop.sql(
      'SELECT json_agg(n ORDER BY n) FROM (SELECT count(*)::int AS n FROM invoice GROUP BY customer_id) c',
    )
    expect(invoicesEach(science)).toEqual(truth)
    expect(invoicesEach(analysis)).toEqual(truth)
  })

  it('the customers of one employee, by filters through relations', async () => {
    const query = `query Mine($name: String!) {
      customers(first: 100, where: {
        supportRep: { is: { lastName: { equals: $name } } }
        invoices: { some: { total: { gte: "13.86" } }, none: { total: { gt: "20" } }, every: { total: { gt: "0.5" } } }
        NOT: [{ country: { startsWith: "USA" } }]
        OR: [{ company: { equals: null } }, { company: { contains: "inc", mode: INSENSITIVE } }]
      }, orderBy: [{ lastName: ASC }]) { totalCount nodes { lastName company } }
    }`
    const { body } = await shop.ask(SUPPORT_REP, {
      purpose: 'SUPPORT',
      query,
      variables: { name: 'Peacock' },
    })
    const expected = (await shop.sql(`
      SELECT json_agg(json_build_object('lastName', c.last_name, 'company', c.company) ORDER BY c.last_name, c.customer_id)
      FROM customer c JOIN employee e ON e.employee_id = c.support_rep_id
      WHERE e.last_name = 'Peacock'
        AND (SELECT max(total) FROM invoice i WHERE i.customer_id = c.customer_id) BETWEEN 13.86 AND 20
        AND (SELECT min(total) FROM invoice i WHERE i.customer_id = c.customer_id) > 0.5
        AND c.country <> 'USA' AND (c.company IS NULL OR lower(c.company) LIKE '%inc%')`)) as readonly unknown[]
    expect(expected.length).toBeGreaterThan(3)
    expect(body.data.customers).toEqual({ totalCount: expected.length, nodes: expected })
  })

  it('artists, albums and tracks: three levels, each with its own page and order', async () => {
    const { body, record } = await shop.ask(CURATOR, {
      purpose: 'CATALOGUE',
      query: `{ artists(first: 5, where: { albums: { some: { tracks: { some: { composer: { equals: null } } } } } }, orderBy: [{ name: DESC }]) { nodes { name
        albums(first: 2, orderBy: [{ title: ASC }]) { totalCount nodes { title
          tracks(first: 3, orderBy: [{ milliseconds: DESC }]) { nodes { id name bytes genre { name } mediaType { name } } } } } } } }`,
    })
    const nodes = await shop.sql(`
      SELECT json_agg(json_build_object('name', a.name, 'albums', json_build_object(
        'totalCount', (SELECT count(*) FROM album WHERE artist_id = a.artist_id),
        'nodes', (SELECT json_agg(json_build_object('title', b.title, 'tracks', json_build_object('nodes', (
            SELECT json_agg(json_build_object('id', t.track_id::text, 'name', t.name, 'bytes', t.bytes,
              'genre', json_build_object('name', g.name), 'mediaType', json_build_object('name', m.name)) ORDER BY t.milliseconds DESC, t.track_id)
            FROM (SELECT * FROM track WHERE album_id = b.album_id ORDER BY milliseconds DESC, track_id LIMIT 3) t
              JOIN genre g USING (genre_id) JOIN media_type m USING (media_type_id)))) ORDER BY b.title, b.album_id)
          FROM (SELECT * FROM album WHERE artist_id = a.artist_id ORDER BY title, album_id LIMIT 2) b))) ORDER BY a.name DESC, a.artist_id)
      FROM (SELECT * FROM artist WHERE EXISTS (SELECT FROM album JOIN track USING (album_id) WHERE album.artist_id = artist.artist_id AND composer IS NULL)
        ORDER BY name DESC, artist_id LIMIT 5) a`)
    expect(nodes).toHaveLength(5)
    expect(body.data.artists.nodes).toEqual(nodes)
    // A catalogue is about nobody.
    expect(record).not.toHaveProperty('subjects')
    expect(record.rows).toMatchObject({ Artist: 5 })
  })

  it('the lines of the tracks that sold best', async () => {
    const best = (await shop.sql(
      'SELECT array_agg(track_id::text) FROM (SELECT track_id FROM invoice_line GROUP BY track_id ORDER BY sum(quantity * unit_price) DESC, track_id LIMIT 5) best',
    )) as readonly string[]
    const { body, record } = await shop.ask(ANALYST, {
      purpose: 'SALES_ANALYSIS',
      query: `query Best($ids: [ID!]!) { tracks(where: { id: { in: $ids } }) { nodes { id name
        lines(first: 50) { totalCount nodes { quantity unitPrice invoice { billingCountry customer { id } } } } } } }`,
      variables: { ids: best },
    })
    const nodes = body.data.tracks.nodes as readonly { readonly lines: { readonly totalCount: number } }[]
    const expected = await shop.sql(
      `SELECT json_agg(json_build_object('id', t.track_id::text, 'name', t.name, 'lines', json_build_object(
          'totalCount', (SELECT count(*) FROM invoice_line WHERE track_id = t.track_id),
          'nodes', (SELECT json_agg(json_build_object('quantity', quantity, 'unitPrice', unit_price::text,
              'invoice', json_build_object('billingCountry', billing_country)) ORDER BY invoice_line_id)
            FROM invoice_line JOIN invoice USING (invoice_id) WHERE track_id = t.track_id))) ORDER BY t.track_id)
      FROM track t WHERE t.track_id = ANY ($1::int[])`,
      [best],
    )
    const withoutIds = JSON.parse(JSON.stringify(nodes).replaceAll(/,"customer":\{"id":"\w{32}"\}/g, ''))
    expect(withoutIds).toEqual(expected)
    const lines = nodes.reduce((sum, { lines }) => sum + lines.totalCount, 0)
    expect(record.rows).toEqual({ Track: 5, InvoiceLine: lines, Invoice: lines, Customer: lines })
    expect(record.subjects).toHaveLength(
      Number(
        await shop.sql(
          'SELECT count(DISTINCT customer_id) FROM invoice_line JOIN invoice USING (invoice_id) WHERE track_id = ANY ($1::int[])',
          [best],
        ),
      ),
    )
  })

  it('who reports to whom, both ways along a relation of a table to itself', async () => {
    const { body, record } = await shop.ask(STAFF_MANAGER, {
      purpose: 'STAFF',
      query: `{ employees(orderBy: [{ birthDate: ASC }]) { nodes { id birthDate hireDate manager { lastName manager { lastName } }
        reports(orderBy: [{ lastName: ASC }]) { totalCount nodes { lastName } } } } }`,
    })
    const day = (column: string) => `to_char(${column}, 'YYYY-MM-DD') || 'T00:00:00.000Z'`
    const nodes = await shop.sql(`
      SELECT json_agg(json_build_object('id', e.employee_id::text, 'birthDate', ${day('e.birth_date')}, 'hireDate', ${day('e.hire_date')},
        'manager', CASE WHEN m.employee_id IS NOT NULL THEN json_build_object('lastName', m.last_name,
          'manager', CASE WHEN mm.employee_id IS NOT NULL THEN json_build_object('lastName', mm.last_name) END) END,
        'reports', (SELECT json_build_object('totalCount', count(*), 'nodes', coalesce(json_agg(json_build_object('lastName', r.last_name) ORDER BY r.last_name), '[]'))
          FROM employee r WHERE r.reports_to = e.employee_id)) ORDER BY e.birth_date, e.employee_id)
      FROM employee e LEFT JOIN employee m ON m.employee_id = e.reports_to LEFT JOIN employee mm ON mm.employee_id = m.reports_to`)
    expect(nodes).toHaveLength(8)
    expect(body.data.employees.nodes).toEqual(nodes)
    expect(record.subjects).toHaveLength(8)
  })

  it('money stays exact: each total is the sum of its lines', async () => {
    const { body } = await shop.ask(CLERK, {
      purpose: 'BILLING',
      query:
        '{ invoices(first: 500) { totalCount nodes { id total lines(first: 100) { nodes { unitPrice quantity } } } } }',
    })
    const cents = (decimal: string): bigint => BigInt(decimal.replace('.', ''))
    type Node = { total: string; lines: { nodes: { unitPrice: string; quantity: number }[] } }
    const nodes = body.data.invoices.nodes as readonly Node[]
    expect(body.data.invoices.totalCount).toBe(412)
    for (const { total, lines } of nodes) {
      expect(total).toMatch(/^\d+\.\d{2}$/)
      const sum = lines.nodes.reduce((n, line) => n + cents(line.unitPrice) * BigInt(line.quantity), 0n)
      expect(cents(total)).toBe(sum)
    }
    const all = nodes.reduce((sum, { total }) => sum + cents(total), 0n)
    expect(all).toBe(cents(String(await shop.sql('SELECT sum(total)::text FROM invoice'))))
  })

  it('a row under a composite key, and a list under one', async () => {
    const { body } = await shop.ask(CURATOR, {
      purpose: 'CATALOGUE',
      query: `{
        one: playlistTrack(playlistId: "17", trackId: "2094") { playlist { name } track { name } }
        none: playlistTrack(playlistId: "18", trackId: "2094") { trackId }
        playlistTracks { totalCount }
        playlist(id: "18") { name entries { totalCount nodes { playlistId trackId track { id playlists(orderBy: [{ playlistId: ASC }]) { nodes { playlist { id } } } } } } }
      }`,
    })
    expect(body.data.one).toEqual(
      await shop.sql(
        `SELECT json_build_object('playlist', json_build_object('name', p.name), 'track', json_build_object('name', t.name)) FROM playlist p, track t WHERE playlist_id = 17 AND track_id = 2094`,
      ),
    )
    expect(body.data.none).toBeNull()
    expect(body.data.playlistTracks.totalCount).toBe(
      await shop.sql('SELECT count(*)::int FROM playlist_track'),
    )
    const lists = await shop.sql(
      `SELECT json_agg(json_build_object('playlist', json_build_object('id', playlist_id::text)) ORDER BY playlist_id) FROM playlist_track WHERE track_id = 597`,
    )
    expect(body.data.playlist).toEqual({
      name: 'On-The-Go 1',
      entries: {
        totalCount: 1,
        nodes: [{ playlistId: '18', trackId: '597', track: { id: '597', playlists: { nodes: lists } } }],
      },
    })
  })
})

interface Sales {
  readonly country: string
}

function sortedByText(list: readonly unknown[]): readonly unknown[] {
  return [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
