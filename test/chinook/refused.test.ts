import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ANALYST, CLERK, CURATOR, MARKETER, SUPPORT_REP } from './askers.ts'
import { openShop, type Shop, withoutChinook } from './shop.ts'

describe.skipIf(withoutChinook)('what is refused and pruned on Chinook', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(async () => {
    await shop?.close()
  })

  it('marketing gets no birth dates, and hears for what they may be read', async () => {
    const { status, body, record } = await shop.ask(MARKETER, {
      purpose: 'MARKETING',
      query: '{ customers(first: 3) { nodes { firstName supportRep { lastName birthDate } } } }',
    })
    expect(status).toBe(403)
    expect(body).not.toHaveProperty('data')
    expect(body.errors.map((e: { extensions: unknown }) => e.extensions)).toEqual([
      { code: 'FIELD_NOT_PERMITTED', coordinate: 'Customer.supportRep', permittedFor: ['SUPPORT'] },
      { code: 'FIELD_NOT_PERMITTED', coordinate: 'Employee.lastName', permittedFor: ['SUPPORT', 'STAFF'] },
      { code: 'FIELD_NOT_PERMITTED', coordinate: 'Employee.birthDate', permittedFor: ['STAFF', 'SUPPORT'] },
    ])
    expect(record).toMatchObject({
      outcome: 'refused',
      principal: { subject: 'steve', app: 'campaigns' },
      purpose: 'MARKETING',
      blocked: {
        'Customer.supportRep': 'FIELD_NOT_PERMITTED',
        'Employee.lastName': 'FIELD_NOT_PERMITTED',
        'Employee.birthDate': 'FIELD_NOT_PERMITTED',
      },
    })
    for (const member of ['fields', 'rows', 'subjects', 'response']) expect(record).not.toHaveProperty(member)
  })

  it.each([
    ['a filter', '{ customers(where: { email: { contains: "@" } }) { totalCount } }', 'Customer.email'],
    ['an order', '{ customers(orderBy: [{ email: ASC }]) { nodes { country } } }', 'Customer.email'],
    ['a lookup', '{ customer(id: "1") { country } }', 'Customer.id'],
    [
      'a filter through a relation',
      '{ invoices(where: { customer: { is: { email: { endsWith: ".dk" } } } }) { totalCount } }',
      'Customer.email',
    ],
    [
      'a filter in a nested list',
      '{ tracks(first: 1) { nodes { lines(where: { invoice: { is: { billingCity: { equals: "Oslo" } } } }) { totalCount } } } }',
      'Invoice.billingCity',
    ],
  ])('an analyst may not use %s to find out what is masked or blocked', async (_name, query, coordinate) => {
    const { status, body, record } = await shop.ask(ANALYST, { purpose: 'SALES_ANALYSIS', query })
    expect(status).toBe(403)
    expect(body).not.toHaveProperty('data')
    expect(body.errors[0].extensions).toMatchObject({ code: 'ARGUMENT_NOT_PERMITTED', coordinate })
    expect(record).toMatchObject({ outcome: 'refused', blocked: { [coordinate]: 'ARGUMENT_NOT_PERMITTED' } })
  })

  it('a field that is for nobody stays with nobody', async () => {
    for (const [asker, purpose] of [
      [CLERK, 'BILLING'],
      [SUPPORT_REP, 'SUPPORT'],
    ] as const) {
      const { status, body } = await shop.ask(asker, { purpose, query: '{ customers { nodes { fax } } }' })
      expect(status).toBe(403)
      expect(body.errors[0].extensions).toMatchObject({ coordinate: 'Customer.fax', permittedFor: [] })
    }
  })

  it('role, grant and declaration: each is needed', async () => {
    const query = '{ customers { totalCount } }'
    const codeOf = async (asker: typeof CLERK, purpose?: string) => {
      const { body, record } = await shop.ask(asker, { query, ...(purpose !== undefined && { purpose }) })
      expect(record.outcome).toBe('refused')
      expect(record.blocked).toEqual({ request: body.errors[0].extensions.code })
      return body.errors[0].extensions.code
    }
    expect(await codeOf(CLERK, 'SUPPORT')).toBe('PURPOSE_NOT_GRANTED')
    expect(await codeOf({ ...CLERK, roles: ['CURATOR'] }, 'BILLING')).toBe('ROLE_MISSING')
    expect(await codeOf(CLERK)).toBe('PURPOSE_MISSING')
    expect(await codeOf(CLERK, 'GOSSIP')).toBe('PURPOSE_UNKNOWN')
  })

  it('a root field whose type the purpose may not read is refused, in the catalogue as elsewhere', async () => {
    const { status, body } = await shop.ask(CURATOR, {
      purpose: 'CATALOGUE',
      query: '{ customers { totalCount } }',
    })
    expect(status).toBe(403)
    expect(body.errors[0].extensions.coordinate).toBe('Query.customers')
  })

  it('prune serves the rest: null and one error per blocked field, on record as pruned', async () => {
    const { status, body, record } = await shop.ask(MARKETER, {
      purpose: 'MARKETING',
      headers: { 'x-on-denied': 'prune' },
      query: `{ customers(first: 3, where: { country: { equals: "Canada" } }) { totalCount nodes { firstName lastName email phone
        invoices { totalCount nodes { total } } } } }`,
    })
    expect(status).toBe(200)
    const canadians = (await shop.sql(`
      SELECT json_agg(json_build_object('firstName', first_name, 'lastName', null, 'email', email, 'phone', null, 'invoices', null))
      FROM customer WHERE country = 'Canada'`)) as readonly { readonly email: string }[]
    // Which three is not told by their numbers: a marketer may not read those, so a keyed hash of them orders the list.
    const served = body.data.customers.nodes as readonly { readonly email: string }[]
    const nodes = served.map(({ email }) => canadians.find((customer) => customer.email === email))
    expect(new Set(served.map(({ email }) => email)).size).toBe(3)
    expect(body.data).toEqual({ customers: { totalCount: 8, nodes } })
    type Told = { path: string[]; extensions: { coordinate: string } }
    expect(body.errors.map((e: Told) => [e.path.join('.'), e.extensions.coordinate])).toEqual([
      ['customers.nodes.lastName', 'Customer.lastName'],
      ['customers.nodes.phone', 'Customer.phone'],
      ['customers.nodes.invoices', 'Customer.invoices'],
    ])
    expect(record).toMatchObject({
      outcome: 'pruned',
      rows: { Customer: 3 },
      fields: { 'Customer.firstName': 'AS_IS', 'Customer.email': 'AS_IS', 'Customer.country': 'AS_IS' },
      blocked: { 'Customer.lastName': 'FIELD_NOT_PERMITTED', 'Customer.phone': 'FIELD_NOT_PERMITTED' },
    })
    expect(record.subjects).toHaveLength(3)
    expect(Object.keys(record.fields ?? {})).toHaveLength(3)
  })
})
