import { expect, test } from 'vitest'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

export const thirdParties: Clause = (subject) => {
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
}
