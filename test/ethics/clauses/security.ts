import { expect, test, vi } from 'vitest'
import { CLERK, codesOf } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'

const QUERY = '{ customers(first: 2) { nodes { name } } }'
const BILLING = { purpose: 'BILLING', query: QUERY }

export const security: Clause = (subject) => {
  /** What the database says to one of the gateway's own roles. */
  async function as(role: 'reader' | 'auditor', sql: string): Promise<string> {
    const { owner, database } = subject().world
    await owner.query(`BEGIN; SET LOCAL ROLE "gateway_${role}_${database.name}"`)
    try {
      await owner.query(sql)
      return 'allowed'
    } catch (error) {
      return (error as { code: string }).code
    } finally {
      await owner.query('ROLLBACK')
    }
  }

  test('what reads for the gateway may read governed columns, and do nothing else', async () => {
    expect(await as('reader', 'SELECT name FROM customer')).toBe('allowed')
    for (const sql of [
      'SELECT created_at FROM contact',
      'SELECT * FROM gateway.access_record',
      `UPDATE customer SET name = ''`,
      'DELETE FROM customer',
      'CREATE TABLE loot (id int)',
    ])
      expect(await as('reader', sql), sql).toBe('42501')
  })

  test('what writes the log may add to it, and neither change nor remove anything', async () => {
    expect(await as('auditor', 'SELECT index FROM gateway.access_record')).toBe('allowed')
    for (const sql of [
      `UPDATE gateway.access_record SET record = ''`,
      'DELETE FROM gateway.access_record',
      'TRUNCATE gateway.access_record',
      'SELECT name FROM customer',
    ])
      expect(await as('auditor', sql), sql).toBe('42501')
  })

  test('a role alone opens nothing, nor does a grant alone', async () => {
    const { world } = subject()
    expect(codesOf(await world.ask({ ...CLERK, purposes: [] }, BILLING))).toEqual(['PURPOSE_NOT_GRANTED'])
    expect(codesOf(await world.ask({ ...CLERK, roles: [] }, BILLING))).toEqual(['ROLE_MISSING'])
  })

  test('what cannot be put on record does not leave', async () => {
    const { world } = subject()
    await world.owner.query('ALTER TABLE gateway.access_record RENAME TO gone')
    try {
      const answer = await world.ask(CLERK, BILLING)
      expect([answer.status, codesOf(answer)]).toEqual([503, ['AUDIT_UNAVAILABLE']])
      expect(answer.text).not.toContain('firmS3cret')
    } finally {
      await world.owner.query('ALTER TABLE gateway.gone RENAME TO access_record')
    }
    // Only once the log is known to write again is anything read.
    const served = async () => expect((await world.ask(CLERK, BILLING)).status).toBe(200)
    await vi.waitFor(served, { timeout: 20_000, interval: 200 })
  })

  test('nobody can ask for everything at once', async () => {
    const { world } = subject()
    const asked = [
      '{ customers(first: 501) { nodes { name } } }',
      '{ customers(first: 500) { nodes { invoices(first: 500) { nodes { number } } } } }',
    ].map((query) => world.ask(CLERK, { purpose: 'BILLING', query }))
    const codes = (await Promise.all(asked)).map(codesOf)
    expect(codes).toEqual([['BAD_USER_INPUT'], ['QUERY_TOO_LARGE']])
  })
}
