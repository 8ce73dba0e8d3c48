import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { treeObjections } from '../audit/plain-tree.ts'
import { recordsFrom } from '../http/records.ts'
import { CLERK, MARKETER } from './askers.ts'
import { readCatalog } from './catalog.ts'
import { openShop, type Shop, withoutChinook } from './shop.ts'

describe.skipIf(withoutChinook)('what governing leaves behind in Chinook', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
    const query = 'query Some { customers(first: 10) { nodes { id email } } }'
    for (let i = 0; i < 5; i++) await shop.ask(CLERK, { purpose: 'BILLING', query })
    await shop.ask(MARKETER, { purpose: 'MARKETING', query })
  })
  afterAll(async () => {
    await shop?.close()
  })

  it('no table, column, index, constraint, function or row of the shop has changed', async () => {
    const after = await readCatalog(shop.owner)
    expect(shop.before.data).toHaveLength(11)
    expect(shop.before.columns.length).toBeGreaterThan(60)
    expect(after).toEqual(shop.before)
  })

  it('all that is new stands in the schema `gateway`, and a reader that may only read', async () => {
    expect(
      await shop.sql(
        `SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'`,
      ),
    ).toEqual(['gateway', 'information_schema', 'public'])
    const grants = await shop.sql(`
      SELECT array_agg(DISTINCT privilege_type::text) FROM (
        SELECT (aclexplode(relacl)).* FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT (aclexplode(attacl)).* FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE c.relnamespace = 'public'::regnamespace
      ) acl WHERE grantee <> (SELECT datdba FROM pg_database WHERE datname = current_database())`)
    expect(grants).toEqual(['SELECT'])
  })

  it('the log has one record per request, without a gap, and its tree recomputes', async () => {
    expect(await treeObjections(shop.owner)).toEqual([])
    const records = await recordsFrom(shop.owner, 0)
    expect(records.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(records.map(({ access }) => access.outcome)).toEqual([...Array(5).fill('granted'), 'refused'])
    for (const record of records) {
      const policy = (record.access as { readonly policy?: string }).policy
      expect(
        await shop.sql(
          `SELECT encode(sha256(convert_to(text, 'UTF8')), 'hex') FROM gateway.policy_version WHERE hash = $1`,
          [policy],
        ),
      ).toBe(policy)
    }
  })
})
