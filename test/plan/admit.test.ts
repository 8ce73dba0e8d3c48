import { describe, expect, test } from 'vitest'
import { type Admission, admit } from '../../src/plan/admit.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { policyCase } from '../policy/policy-case.ts'

const TEXT = `
  extend enum Purpose {
    "Outer, reviewed on the last day of January."
    OUTER @processing(basis: CONTRACT, roles: [CLERK], owner: "a@example.dk", reviewed: "2026-01-31")
    "Inner."
    INNER @processing(basis: CONTRACT, roles: [CLERK], owner: "a@example.dk", reviewed: "2026-09-01", within: OUTER)
    "Off."
    OFF @processing(basis: CONTRACT, roles: [CLERK], owner: "a@example.dk", reviewed: "2026-09-01", suspended: true)
    "Within what is off."
    BELOW_OFF @processing(basis: CONTRACT, roles: [CLERK], owner: "a@example.dk", reviewed: "2026-09-01", within: OFF)
    "Opens under break-glass."
    GLASS @processing(basis: CONTRACT, roles: [ANALYST], owner: "a@example.dk", reviewed: "2026-09-01", breakGlass: 5)
    "Wants to know why."
    ASKING @processing(basis: CONTRACT, roles: [CLERK], owner: "a@example.dk", reviewed: "2026-09-01", justify: true)
  }
  extend type Customer { phone: String @purpose(for: [OUTER, INNER, OFF, BELOW_OFF, GLASS, ASKING]) }`

const { sources, dataModel } = policyCase('in-order')
const { policy, findings } = compilePolicy([...sources, { file: 'terms.graphql', text: TEXT }], dataModel)
if (!policy) throw new Error(JSON.stringify(findings))

interface Case {
  readonly at?: string
  readonly roles?: readonly string[]
  readonly justification?: string
}

function admission(
  purposeName: string,
  { at = '2026-11-24', roles = ['CLERK'], justification }: Case = {},
): Admission {
  const principal = {
    subject: 'ane',
    app: 'test',
    roles,
    purposes: [...(policy?.purposes.keys() ?? [])],
    dataSubject: undefined,
    claims: new Map(),
  }
  if (!policy) throw new Error('the policy compiles')
  return admit(
    policy,
    { principal, purposeName, justification },
    { now: Date.parse(at), isJustification: (text) => text === 'a reason' },
  )
}

const codeOf = (found: Admission) => (found.kind === 'refused' ? found.problem.code : found.kind)

describe('a purpose', () => {
  test.each([
    ['on the last day', '2027-02-28T23:59:59.999Z', 'admitted'],
    ['a moment later', '2027-03-01T00:00:00.000Z', 'PURPOSE_OVERDUE'],
    ['where it is still the last day elsewhere', '2027-02-28T23:30:00-01:00', 'PURPOSE_OVERDUE'],
  ])('lapses with thirteen months: %s', (_, at, expected) => {
    expect(codeOf(admission('OUTER', { at }))).toBe(expected)
  })

  test('lapses with the purpose that it is within', () => {
    expect(codeOf(admission('INNER', { at: '2027-02-28' }))).toBe('admitted')
    expect(admission('INNER', { at: '2027-03-01' })).toMatchObject({
      problem: { code: 'PURPOSE_OVERDUE', message: expect.stringContaining('within `OUTER`') },
    })
  })

  test('that is suspended, or within one that is, is refused to its own roles', () => {
    expect(codeOf(admission('OFF'))).toBe('PURPOSE_SUSPENDED')
    expect(codeOf(admission('BELOW_OFF'))).toBe('PURPOSE_SUSPENDED')
  })

  test('that wants to know why is told, in its form, also by its own roles', () => {
    expect(codeOf(admission('ASKING'))).toBe('JUSTIFICATION_MISSING')
    expect(codeOf(admission('ASKING', { justification: 'none' }))).toBe('JUSTIFICATION_INVALID')
    expect(codeOf(admission('ASKING', { justification: 'a reason' }))).toBe('admitted')
  })

  test('opens under break-glass to another role, with a reason', () => {
    expect(codeOf(admission('GLASS', { roles: ['ANALYST'] }))).toBe('admitted')
    expect(codeOf(admission('GLASS'))).toBe('JUSTIFICATION_MISSING')
    expect(codeOf(admission('GLASS', { justification: 'none' }))).toBe('JUSTIFICATION_INVALID')
    expect(codeOf(admission('GLASS', { justification: 'a reason' }))).toBe('breakGlass')
    expect(codeOf(admission('GLASS', { justification: 'a reason', roles: ['STRANGER'] }))).toBe(
      'ROLE_MISSING',
    )
    expect(codeOf(admission('GLASS', { justification: 'a reason', roles: [] }))).toBe('ROLE_MISSING')
    expect(codeOf(admission('OUTER', { justification: 'a reason', roles: ['ANALYST'] }))).toBe('ROLE_MISSING')
  })
})
