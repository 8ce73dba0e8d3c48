import { expect, test } from 'vitest'
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

  test('each access can be held against the policy as it was: the record names it, and it is kept', async () => {
    const { world, policy } = subject()
    const sql = 'SELECT text FROM gateway.policy_version WHERE hash = $1'
    const { rows } = await world.owner.query(sql, [policy.hash])
    expect(rows.map(({ text }) => text)).toEqual([policy.text])
    for (const { json } of await world.records()) expect(json.policy).toBe(policy.hash)
  })
}
