import { expect, test } from 'vitest'
import { ANALYST, CLERK, codesOf, MARKETER } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

export const onlyWhatIsNeeded: Clause = (subject) => {
  test('a field is read for the purposes that it declares, and for no other', async () => {
    const { world } = subject()
    world.forget()
    const query = '{ contacts(first: 5) { nodes { name cpr } } }'
    const answer = await world.ask(CLERK, { purpose: 'BILLING', query })
    expect(codesOf(answer)).toEqual(['FIELD_NOT_PERMITTED'])
    expect(answer.body.data).toBeUndefined()
    await world.expectUnread(answer, 'cpr', 'contactName')
  })

  test('what is not needed is not fetched either: its column is in no statement', async () => {
    const { world } = subject()
    world.forget()
    const query = '{ contacts(first: 5) { nodes { name cpr role: title } } }'
    const headers = { 'x-on-denied': 'prune' }
    const answer = await world.ask(MARKETER, { purpose: 'MARKETING', query, headers })
    expect(codesOf(answer)).toEqual(['FIELD_NOT_PERMITTED', 'FIELD_NOT_PERMITTED'])
    expect(world.statements()).toHaveLength(1)
    await world.expectUnread(answer, 'cpr', 'title')
  })

  test('without a purpose nothing is read', async () => {
    const { world } = subject()
    world.forget()
    const answer = await world.ask(CLERK, { query: '{ customers { totalCount } }' })
    expect(codesOf(answer)).toEqual(['PURPOSE_MISSING'])
    expect(world.statements()).toEqual([])
  })

  test('the checker points at a field that declares no purpose, and at a personal one that rests on its type', async () => {
    const bare = (sdl: string) => `${sdl}\nextend type Contact { createdAt: DateTime! }`
    expect(await demoFindings('customers.graphql', bare)).toEqual(['SHOULD PG301'])
    const personal = (sdl: string) =>
      `${sdl}\nextend type Contact @purpose(for: [SUPPORT]) { createdAt: DateTime! @personal(category: IDENTITY) }`
    expect(await demoFindings('customers.graphql', personal)).toEqual(['SHOULD PG302'])
  })

  test('where a coarser form is enough, the full value never leaves the database', async () => {
    const { world } = subject()
    const query = '{ contacts(first: 50) { nodes { email birthDate } } }'
    const answer = await world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query })
    const nodes: readonly { email: string | null; birthDate: string | null }[] =
      answer.body.data.contacts.nodes
    const emails = nodes.flatMap(({ email }) => email ?? [])
    expect(emails.length).toBeGreaterThan(0)
    for (const email of emails) expect(email).toMatch(/^seen\d+\.example$/)
    for (const { birthDate } of nodes) if (birthDate !== null) expect(birthDate).toMatch(/-01-01$/)
    await world.expectUnseen('mailboxS3cret', [answer])
  })
}
