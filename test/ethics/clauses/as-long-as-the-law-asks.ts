import { afterAll, beforeAll, expect, test } from 'vitest'
import { AGENT, codesOf, OFFICER, PRODUCT_ANALYST } from '../../attacks/world.ts'
import type { Asker } from '../../gateway.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

const HANDLER: Asker = { roles: ['CASE_HANDLER'], purposes: ['SUBJECT_ACCESS'], dataSubject: 7 }
const LIST = 'supportTickets(first: 500, orderBy: [{ openedAt: ASC }]) { nodes { openedAt } }'
const LOOKUP = 'supportTicket(id: "OLD") { status }'
/** Long before any case of the demo was opened. */
const OPENED = '2001-02-03T04:05:06.000Z'

export const asLongAsTheLawAsks: Clause = (subject) => {
  beforeAll(async () => {
    await subject().world.owner.query(
      `INSERT INTO support_ticket (ticket_number, customer_id, subject, status, opened_at, solved_at)
       VALUES ('OLD', 7, 'x', 'solved', '${OPENED}', now() - interval '2 years 2 days')`,
    )
  })
  afterAll(async () => {
    await subject().world.owner.query(`DELETE FROM support_ticket WHERE ticket_number = 'OLD'`)
  })

  /** Whether somebody meets the case whose two years are over. */
  async function meets(asker: Asker): Promise<boolean> {
    const [purpose = ''] = asker.purposes
    // Whoever sees stand-ins for numbers cannot look one up.
    const query = asker === PRODUCT_ANALYST ? `{ ${LIST} }` : `{ ${LOOKUP} ${LIST} }`
    const answer = await subject().world.ask(asker, { purpose, query })
    expect(codesOf(answer), purpose).toEqual([])
    const { supportTicket, supportTickets } = answer.body.data
    const listed = supportTickets.nodes.some((node: { openedAt: string }) => node.openedAt === OPENED)
    if (supportTicket !== undefined) expect(supportTicket !== null).toBe(listed)
    return listed
  }

  test('how long something is kept names the law that asks for it, or does not compile', async () => {
    const kept = [...subject().policy.models.values()].flatMap(({ retention }) => retention ?? [])
    expect(kept.length).toBeGreaterThanOrEqual(6)
    for (const { law } of kept) expect(law).toMatch(/^(Bogføringsloven §|GDPR Article) \d/)
    const lawless = (sdl: string) => sdl.replace(/law: "[^"]*"/, 'law: " "')
    expect(await demoFindings('support.graphql', lawless)).toEqual(['MUST PG725'])
    const endless = (sdl: string) => sdl.replace(/period: "P2Y", /, '')
    expect(await demoFindings('support.graphql', endless)).toContain('MUST PG106')
  })

  test('what is past its time is served to nobody, for no purpose, not to the law and not to the customer', async () => {
    for (const asker of [AGENT, PRODUCT_ANALYST, OFFICER, HANDLER])
      expect(await meets(asker), asker.purposes[0]).toBe(false)
  })

  test('under a legal hold it is kept for the law alone, and only until the hold is released', async () => {
    const { owner } = subject().world
    await owner.query(
      `INSERT INTO legal_hold (customer_id, reason, placed_at) VALUES (7, 'an inquiry', now() - interval '1 minute')`,
    )
    try {
      for (const asker of [AGENT, PRODUCT_ANALYST, HANDLER])
        expect(await meets(asker), asker.purposes[0]).toBe(false)
      expect(await meets(OFFICER)).toBe(true)
      await owner.query(`UPDATE legal_hold SET released_at = now() WHERE reason = 'an inquiry'`)
      expect(await meets(OFFICER)).toBe(false)
    } finally {
      await owner.query(`DELETE FROM legal_hold WHERE reason = 'an inquiry'`)
    }
  })
}
