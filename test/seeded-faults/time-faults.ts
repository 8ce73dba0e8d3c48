import type { Fault } from './fault.ts'

const AGE = ['test/policy/review-age.test.ts']
const ADMIT = ['test/plan/admit.test.ts']
const GLASS = ['test/audit/decide-break-glass.test.ts']

/** In the age of reviews, suspension, justification and break-glass. */
export const TIME_FAULTS: readonly Fault[] = [
  {
    name: 'a purpose lapses a month late',
    file: 'src/policy/review-age.ts',
    find: 'monthsAfter(reviewed, 13)',
    replace: 'monthsAfter(reviewed, 14)',
    tests: AGE,
  },
  {
    name: 'a purpose lapses on the day of the anniversary',
    file: 'src/policy/review-age.ts',
    find: 'today > monthsAfter(reviewed, 13)',
    replace: 'today >= monthsAfter(reviewed, 13)',
    tests: AGE,
  },
  {
    name: 'a suspended purpose is in force',
    file: 'src/plan/standing.ts',
    find: 'if (at.suspended)',
    replace: 'if (at.suspended && at !== purpose)',
    tests: ADMIT,
  },
  {
    name: 'a purpose within one that is suspended is in force',
    file: 'src/plan/standing.ts',
    find: 'at = outerOf(policy, at)',
    replace: 'at = undefined',
    tests: ADMIT,
  },
  {
    name: 'an overdue purpose is in force',
    file: 'src/plan/standing.ts',
    find: "reviewAge(at.reviewed, today) === 'lapsed'",
    replace: "reviewAge(at.reviewed, today) === 'ahead'",
    tests: ADMIT,
  },
  {
    name: 'any text is a justification',
    file: 'src/plan/admit.ts',
    find: 'if (!terms.isJustification(justification))',
    replace: "if (justification === '')",
    tests: ADMIT,
  },
  {
    name: 'nobody is asked why',
    file: 'src/plan/admit.ts',
    find: "if (!purpose.justify && !breakGlass) return { kind: 'admitted', purpose }",
    replace: "if (!breakGlass) return { kind: 'admitted', purpose }",
    tests: ADMIT,
  },
  {
    name: 'break-glass opens to whoever has no role at all',
    file: 'src/plan/admit.ts',
    find: 'principal.roles.some((role) => roles.has(role))',
    replace: 'principal.roles.every((role) => roles.has(role))',
    tests: ADMIT,
  },
  {
    name: 'a broken glass stays open after its minutes',
    file: 'src/audit/decide-break-glass.ts',
    find: 'Math.min(latest.closesAt, latest.openedAt + minutes * 60_000)',
    replace: 'Math.max(latest.closesAt, latest.openedAt + minutes * 60_000)',
    tests: GLASS,
  },
  {
    name: 'an unreviewed use past its deadline shuts nothing',
    file: 'src/audit/decide-break-glass.ts',
    find: 'now >= reviewDue',
    replace: 'now < reviewDue',
    tests: GLASS,
  },
]
