import { expect, test } from 'vitest'
import { AGENT, CLERK, codesOf, MARKETER } from '../../attacks/world.ts'
import { changedSchema } from '../../changed-schema.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

export const followedUp: Clause = (subject) => {
  test('each purpose has an owner and the day of its last review, or does not compile', async () => {
    for (const { name, owner, reviewed } of subject().policy.purposes.values()) {
      expect(owner, name).not.toBe('')
      expect(reviewed, name).toMatch(/^\d{4}-\d\d-\d\d$/)
    }
    const change = (from: RegExp, to: string) => (sdl: string) => sdl.replace(from, to)
    expect(await demoFindings('purposes.graphql', change(/owner: "[^"]*"/, 'owner: ""'))).toEqual([
      'MUST PG208',
    ])
    expect(await demoFindings('purposes.graphql', change(/reviewed: "[^"]*"/, 'reviewed: "soon"'))).toEqual([
      'MUST PG209',
    ])
    expect(await demoFindings('purposes.graphql', change(/, reviewed: "[^"]*"/, ''))).toEqual(['MUST PG106'])
  })

  test('the checker asks for a review after eleven months, and demands it after twelve', async () => {
    const unchanged = (sdl: string) => `${sdl}\n`
    const on = (today: string) => demoFindings('purposes.graphql', unchanged, today)
    expect(await on('2026-11-24')).toEqual([])
    expect(await on('2027-07-18')).toEqual(['SHOULD PG230'])
    expect(await on('2027-08-18')).toEqual(['SHOULD PG230', 'MUST PG231'])
  })

  test('a purpose that nobody reviewed for thirteen months lapses, and one that is suspended is shut', async () => {
    const { world } = subject()
    const schema = await changedSchema()
    const { change, folder } = schema
    // The gateways of tests go by 24 November 2026.
    await change('purposes.graphql', 'reviewed: "2026-08-17"', 'reviewed: "2025-10-23"')
    await change('purposes.graphql', 'reviewed: "2026-09-01"', 'reviewed: "2025-10-24"')
    await change('purposes.graphql', 'reviewed: "2026-09-14"', 'reviewed: "2026-09-14", suspended: true')
    const gateway = await world.beside({ SCHEMA_DIR: folder })
    try {
      world.forget()
      const query = '{ customers(first: 1) { totalCount } }'
      const overdue = await gateway.ask(AGENT, { purpose: 'SUPPORT', query })
      expect([overdue.status, codesOf(overdue)]).toEqual([403, ['PURPOSE_OVERDUE']])
      const suspended = await gateway.ask(MARKETER, { purpose: 'MARKETING', query })
      expect([suspended.status, codesOf(suspended)]).toEqual([403, ['PURPOSE_SUSPENDED']])
      expect(world.statements()).toEqual([])
      const lastDay = await gateway.ask(CLERK, { purpose: 'BILLING', query })
      expect([lastDay.status, codesOf(lastDay)]).toEqual([200, []])
    } finally {
      await gateway.close()
      await schema.remove()
    }
  })

  test('each access can be held against the policy as it was: the record names it, and it is kept', async () => {
    const { world, policy } = subject()
    const { rows } = await world.owner.query('SELECT hash, text FROM gateway.policy_version')
    const kept = new Map(rows.map(({ hash, text }) => [hash, text]))
    expect(kept.get(policy.hash)).toBe(policy.text)
    for (const { json } of await world.records()) expect(kept.has(json.policy)).toBe(true)
  })
}
