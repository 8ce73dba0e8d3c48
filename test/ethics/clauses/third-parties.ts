import { expect, test } from 'vitest'
import type { Answer } from '../../gateway.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

const PARTNER_MANAGER = { roles: ['PARTNER_MANAGER'], purposes: ['PARTNER_OFFERS'] }
const CONTACTS = '{ contacts(first: 500) { totalCount nodes { email } } }'

export const thirdParties: Clause = (subject) => {
  const passedOn = async (): Promise<Answer['body']> => {
    const { body } = await subject().world.ask(PARTNER_MANAGER, {
      purpose: 'PARTNER_OFFERS',
      query: CONTACTS,
    })
    return body.data.contacts
  }

  test('a purpose that passes data on rests on consent, or does not compile', async () => {
    const outside = [...subject().policy.purposes.values()].filter(({ recipient }) => recipient !== undefined)
    expect(outside.length).toBeGreaterThan(0)
    for (const { basis } of outside) expect(basis).toBe('CONSENT')
    for (const basis of [
      'CONTRACT',
      'LEGAL_OBLIGATION',
      'LEGITIMATE_INTEREST',
      'PUBLIC_TASK',
      'VITAL_INTERESTS',
    ]) {
      const change = (sdl: string) =>
        sdl.replace(/(PARTNER_OFFERS @processing\(basis: )CONSENT/, `$1${basis}`)
      expect(await demoFindings('purposes.graphql', change), basis).toContain('MUST PG210')
    }
  })

  test('a purpose that passes data on says to whom', async () => {
    const change = (sdl: string) => sdl.replace(/recipient: "[^"]*"/, 'recipient: " "')
    expect(await demoFindings('purposes.graphql', change)).toEqual(['MUST PG208'])
  })

  test('only those are passed on who agreed to this very purpose, and only as long as they agree', async () => {
    const { owner } = subject().world
    await owner.query('BEGIN; CREATE TEMP TABLE kept AS SELECT * FROM consent; DELETE FROM consent; COMMIT')
    try {
      expect(await passedOn()).toEqual({ totalCount: 0, nodes: [] })
      const { rows } = await owner.query(
        `SELECT c.id, c.customer_id, c.email FROM contact c JOIN customer ON customer.id = c.customer_id
         WHERE customer.vulnerability IS NULL AND c.email IS NOT NULL ORDER BY c.id LIMIT 1`,
      )
      const [{ id, customer_id, email }] = rows
      const give = (purpose: string) =>
        owner.query(
          `INSERT INTO consent (id, customer_id, contact_id, consent_purpose, consent_source, wording_version, given_at)
           VALUES (gen_random_uuid(), $1, $2, $3::consent_purpose, 'profile', 'x', now() - interval '1 minute')`,
          [customer_id, id, purpose],
        )
      await give('marketing')
      expect(await passedOn()).toEqual({ totalCount: 0, nodes: [] })
      await give('partner_offers')
      expect(await passedOn()).toEqual({ totalCount: 1, nodes: [{ email }] })
      await owner.query('UPDATE consent SET withdrawn_at = now()')
      expect(await passedOn()).toEqual({ totalCount: 0, nodes: [] })
    } finally {
      await owner.query('DELETE FROM consent; INSERT INTO consent SELECT * FROM kept; DROP TABLE kept')
    }
  })
}
