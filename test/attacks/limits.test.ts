import { parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'
import { createPreparedOperations } from '../../src/read/prepared-operations.ts'
import type { Answer } from '../gateway.ts'
import { AGENT, CLERK, codesOf, OFFICER, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())
beforeEach(() => world.forget())

const BILLING = { purpose: 'BILLING' }
const SUPPORT = { purpose: 'SUPPORT' }
const times = (n: number, text: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => text(i)).join(' ')
const nested = (n: number, open: string, inside: string, close: string): string =>
  open.repeat(n) + inside + close.repeat(n)

/** Refused, before anything was read, and quickly: a limit that is dear to check is none. */
async function expectRefused(answer: Promise<Answer>, code = 'QUERY_TOO_COMPLEX'): Promise<void> {
  const began = performance.now()
  const { status, body } = await answer
  expect(status).toBe(400)
  expect(body.errors.map((error: { extensions: { code: string } }) => error.extensions.code)).toContain(code)
  expect(world.statements()).toEqual([])
  expect(performance.now() - began).toBeLessThan(2_000)
}

describe('14 a negative or huge `first` (GHSA-cqmq-8755-7xvh)', () => {
  test.each(['0', '-1', '-2147483648', '501', '2147483647'])('first: %s', async (first) => {
    await expectRefused(
      world.ask(CLERK, { ...BILLING, query: `{ customers(first: ${first}) { nodes { id } } }` }),
      'BAD_USER_INPUT',
    )
    const query = 'query($n: Int) { customers(first: $n) { nodes { id } } }'
    await expectRefused(
      world.ask(CLERK, { ...BILLING, query, variables: { n: Number(first) } }),
      'BAD_USER_INPUT',
    )
    const below = `{ customers(first: 1) { nodes { contacts(first: ${first}) { nodes { id } } } } }`
    await expectRefused(world.ask(CLERK, { ...BILLING, query: below }), 'BAD_USER_INPUT')
  })

  test.each([1.5, 1e12, '5', true, [5], { n: 5 }])('a variable `first` of %j', async (n) => {
    const query = 'query($n: Int) { customers(first: $n) { nodes { id } } }'
    expect(codesOf(await world.ask(CLERK, { ...BILLING, query, variables: { n } }))).toEqual([
      'BAD_USER_INPUT',
    ])
  })

  test('a valid `first` in the cache does not let another through', async () => {
    const query = 'query($n: Int) { customers(first: $n) { nodes { id } } }'
    const ask = (n?: number | null) =>
      world.ask(CLERK, { ...BILLING, query, variables: n === undefined ? {} : { n } })
    expect((await ask(5)).body.data.customers.nodes).toHaveLength(5)
    expect((await ask(-5)).status).toBe(400)
    expect((await ask(100_000)).status).toBe(400)
    for (const none of [undefined, null]) expect((await ask(none)).body.data.customers.nodes).toHaveLength(20)
  })

  test('page sizes multiply, along relations, aliases and fragments', async () => {
    const wide = '{ customers(first: 500) { nodes { invoices(first: 500) { nodes { id } } } } }'
    await expectRefused(world.ask(CLERK, { ...BILLING, query: wide }), 'QUERY_TOO_LARGE')
    const aliased = `{ ${times(10, (i) => `a${i}: customers(first: 100) { nodes { ...F } }`)} } fragment F on Customer { ${times(3, (i) => `b${i}: invoices(first: 50) { nodes { id } }`)} }`
    await expectRefused(world.ask(CLERK, { ...BILLING, query: aliased }), 'QUERY_TOO_LARGE')
    const edges =
      '{ customers(first: 500) { edges { node { invoices(first: 500) { edges { node { id } } } } } } }'
    await expectRefused(world.ask(CLERK, { ...BILLING, query: edges }), 'QUERY_TOO_LARGE')
    const byDefault =
      '{ customers(first: 500) { nodes { invoices { nodes { lines { nodes { invoice { lines { nodes { id } } } } } } } } } }'
    await expectRefused(world.ask(CLERK, { ...BILLING, query: byDefault }), 'QUERY_TOO_LARGE')
  })
})

describe('29 a name turns a limit off (GHSA-733v-p3h5-qpq7)', () => {
  const aliases = times(60, (i) => `a${i}: id`)
  test.each([
    ['an operation named __schema', `query __schema { customers { nodes { ${aliases} } } }`],
    [
      'an operation named IntrospectionQuery',
      `query IntrospectionQuery { customers { nodes { ${aliases} } } }`,
    ],
    [
      'a fragment named __schema',
      `{ customers { nodes { ...__schema } } } fragment __schema on Customer { ${aliases} }`,
    ],
    ['an alias __schema', `{ __schema: customers { nodes { ${aliases} } } }`],
    ['beside introspection', `{ __schema { queryType { name } } customers { nodes { ${aliases} } } }`],
    ['introspection itself', `{ __schema { ${times(60, (i) => `a${i}: queryType { name }`)} } }`],
  ])('not %s', async (_, query) => {
    await expectRefused(world.ask(CLERK, { ...BILLING, query }))
  })

  test('introspection that goes round in circles', async () => {
    const circle = nested(5, '{ fields { type ', '{ name }', '} }')
    await expectRefused(
      world.ask(CLERK, { query: `{ __schema { types ${circle} } }` }),
      'GRAPHQL_VALIDATION_FAILED',
    )
  })
})

describe('30 aliases multiplied by spreads (CVE-2026-47707)', () => {
  test.each([
    [
      'spread often',
      `{ customers { nodes { ${times(12, (i) => `... { b${i}: id ...F }`)} } } } fragment F on Customer { ${times(5, (i) => `a${i}: id`)} }`,
    ],
    [
      'spread by spreads',
      `{ ...A } fragment A on Query { ${times(4, () => '...B')} } fragment B on Query { ${times(4, () => '...C')} } fragment C on Query { ${times(4, (i) => `x${i}: __typename`)} }`,
    ],
    [
      'directives',
      `{ customers { nodes { ${times(20, () => '...F @include(if: true)')} } } } fragment F on Customer { id @skip(if: false) name @skip(if: false) }`,
    ],
  ])('%s', async (_, query) => {
    await expectRefused(world.ask(CLERK, { ...BILLING, query }))
  })

  test('root fields', async () => {
    await expectRefused(
      world.ask(CLERK, { ...BILLING, query: `{ ${times(11, (i) => `a${i}: customers { totalCount }`)} }` }),
    )
    const spread = `{ ${times(3, (i) => `...F${i}`)} } ${times(3, (i) => `fragment F${i} on Query { ${times(5, (j) => `a${i}${j}: customers { totalCount }`)} }`)}`
    await expectRefused(world.ask(CLERK, { ...BILLING, query: spread }))
  })
})

describe('31 fragments that crash the limiter (CVE-2026-47706, CVE-2026-34573)', () => {
  test('circular ones', async () => {
    for (const query of [
      '{ customers { nodes { ...A } } } fragment A on Customer { id ...A }',
      '{ customers { nodes { ...A } } } fragment A on Customer { ...B } fragment B on Customer { ...C } fragment C on Customer { ...A id }',
      '{ customers { nodes { ...A } } } fragment A on Customer { contacts { nodes { customer { ...A } } } }',
      '{ ...A } fragment A on Query { ... { ... { ...A } } }',
    ])
      await expectRefused(world.ask(CLERK, { ...BILLING, query }), 'GRAPHQL_VALIDATION_FAILED')
  })

  test('ones that fan out: two to the power of sixty', async () => {
    const fan = times(60, (i) => `fragment F${i} on Customer { bookkeeper { ...F${i + 1} ...F${i + 1} } }`)
    await expectRefused(
      world.ask(CLERK, {
        ...BILLING,
        query: `{ customers { nodes { ...F0 } } } ${fan} fragment F60 on Customer { id }`,
      }),
    )
    const flat = times(100, (i) => `fragment F${i} on Customer { ...F${i + 1} ...F${i + 1} }`)
    await expectRefused(
      world.ask(CLERK, {
        ...BILLING,
        query: `{ customers { nodes { ...F0 } } } ${flat} fragment F100 on Customer { id name }`,
      }),
    )
  })

  test('unknown ones, unused ones, and ones of the same name', async () => {
    for (const query of [
      '{ customers { nodes { ...Gone } } }',
      '{ customers { nodes { id } } } fragment A on Customer { id }',
      '{ customers { nodes { ...A } } } fragment A on Customer { id } fragment A on Customer { name }',
    ])
      await expectRefused(world.ask(CLERK, { ...BILLING, query }), 'GRAPHQL_VALIDATION_FAILED')
  })
})

describe('32 overlapping fields and deep documents (CVE-2023-26144)', () => {
  test.each([
    ['one field 1,900 times', `{ customers { nodes { ${times(1_900, () => 'id')} } } }`],
    ['one list 270 times', `{ ${times(270, () => 'customers { nodes { id } }')} }`],
    [
      'lists in lists',
      `{ ${times(7, () => `customers { ${times(7, () => `nodes { ${times(7, () => 'bookkeeper { id }')} }`)} }`)} }`,
    ],
    ['fields under many keys', `{ customers { nodes { ${times(600, (i) => `a${i}: id`)} } } }`],
    ['17 levels', `{ customers { nodes ${nested(15, '{ bookkeeper ', '{ id }', '}')} } }`],
  ])('%s', async (_, query) => {
    await expectRefused(world.ask(AGENT, { ...SUPPORT, query }))
  })

  test('tokens are counted before anything is parsed whole', async () => {
    const answers = [
      world.ask(CLERK, { ...BILLING, query: `{ customers { nodes { ${times(3_000, () => 'id')} } } }` }),
      world.ask(CLERK, { ...BILLING, query: nested(5_000, '{a', '', '}') }),
      world.ask(CLERK, {
        ...BILLING,
        query: `{ customers(where: ${nested(4_000, '{AND:[', '', ']}')}) { totalCount } }`,
      }),
      world.ask(CLERK, {
        ...BILLING,
        query: `{ customers(where: { name: { in: [${times(3_000, () => '"x"')}] } }) { totalCount } }`,
      }),
    ]
    for (const answer of answers) await expectRefused(answer, 'GRAPHQL_PARSE_FAILED')
  })
})

describe('filters that cost more than pages (beyond the list)', () => {
  const query = 'query($w: CustomerWhere) { customers(where: $w, first: 1) { totalCount } }'
  const ask = (w: unknown) => world.ask(AGENT, { ...SUPPORT, query, variables: { w } })
  const wrap = (n: number, around: (inside: unknown) => unknown, inside: unknown = {}): unknown =>
    n === 0 ? inside : wrap(n - 1, around, around(inside))

  test('too deep', async () => {
    await expectRefused(ask(wrap(17, (x) => ({ bookkeeper: { is: x } }))))
    await expectRefused(ask(wrap(200, (x) => ({ AND: [x] }))))
    await expectRefused(ask(wrap(200, (x) => ({ NOT: x }))))
    await expectRefused(ask(wrap(200, (x) => ({ contacts: { some: { customer: { isNot: x } } } }))))
  })

  test('too many', async () => {
    await expectRefused(ask({ OR: Array.from({ length: 201 }, () => ({ name: { contains: 'x' } })) }))
    await expectRefused(ask({ AND: Array.from({ length: 31 }, () => ({ contacts: { some: {} } })) }))
    const lists = times(
      8,
      (i) =>
        `a${i}: customers(where: { AND: [${times(5, () => '{ contacts: { some: {} } }')}] }) { totalCount }`,
    )
    await expectRefused(world.ask(AGENT, { ...SUPPORT, query: `{ ${lists} }` }))
  })

  test('deeper than any stack', async () => {
    const body = (n: number) =>
      `{"query":${JSON.stringify(query)},"variables":{"w":${nested(n, '{"AND":', '{}', '}')}}}`
    const headers = { 'content-type': 'application/json', 'x-purpose': 'SUPPORT' }
    for (const n of [500, 1_000, 1_500, 3_000, 12_000]) {
      const answer = await world.send(AGENT, { method: 'POST', headers, body: body(n) })
      expect(answer.status).toBe(400)
      expect(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']).toContain(codesOf(answer)[0])
    }
    expect((await ask({})).status).toBe(200)
  })

  test('what people write is far below', async () => {
    const w = {
      AND: [
        { name: { contains: 'S3cret' } },
        { contacts: { some: { name: { not: null } } } },
        { OR: [{ city: { not: '' } }, { NOT: [{ cvr: { equals: null } }] }] },
      ],
    }
    expect((await ask(w)).status).toBe(200)
  })
})

describe('selections with more members than a PostgreSQL call takes (beyond the list)', () => {
  test('60 fields of one row, and 250 under a raised limit, in their order', async () => {
    const fields = [
      'id',
      'kind',
      'name',
      'city',
      'country',
      'postcode',
      'address',
      'cvr',
      'industryCode',
      'createdAt',
    ]
    const selection = (n: number) => [
      ...fields.map((field) => field),
      ...Array.from({ length: n }, (_, i) => `a${i}: ${fields[i % 10]}`),
    ]
    const keysOf = (n: number) => selection(n).map((entry) => entry.split(':')[0])
    const query = (n: number) =>
      `{ customer(id: 3) { ${selection(n).join(' ')} } customers(first: 2) { nodes { ${n > 50 ? '' : 'id'} name } } }`
    const asked = { purpose: 'LEGAL_OBLIGATION' }
    const sixty = await world.ask(OFFICER, { ...asked, query: query(50) })
    expect(Object.keys(sixty.body.data.customer)).toEqual(keysOf(50))
    const gateway = await world.beside({ MAX_ALIASES: '500' })
    try {
      const { body } = await gateway.ask(OFFICER, { ...asked, query: query(240) })
      expect(Object.keys(body.data.customer)).toEqual(keysOf(240))
      for (let i = 0; i < 240; i++)
        expect(body.data.customer[`a${i}`]).toBe(body.data.customer[fields[i % 10] ?? ''])
    } finally {
      await gateway.close()
    }
  })
})

describe('the memory of plans (beyond the list)', () => {
  test('thousands of large operations push each other out', async () => {
    const { policy } = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
    if (!policy) throw new Error('the demo policy compiles')
    const operations = createPreparedOperations(servedSchemaOf(policy), policy, {
      defaultPageSize: 20,
      toJson: 'JSON_SCALAR',
    })
    const asked = (name: string) => {
      const document = parse(`query ${name} { customers { nodes { id } } }`)
      const operation = document.definitions[0]
      if (operation?.kind !== 'OperationDefinition') throw new Error('the document is an operation')
      return {
        document,
        documentHash: name,
        operation,
        variables: {},
        purpose: 'BILLING',
        onDenied: 'reject' as const,
      }
    }
    operations.prepare(asked('first'))
    expect(operations.prepare(asked('first')).hit).toBe(true)
    // The name stands in the key: as large as a body may be, and 400 of them are more than the cache holds.
    for (let i = 0; i < 400; i++) operations.prepare(asked(`${'x'.repeat(90_000)}${i}`))
    expect(operations.prepare(asked('first')).hit).toBe(false)
  })
})
