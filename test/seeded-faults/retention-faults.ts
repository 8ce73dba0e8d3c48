import type { Fault } from './fault.ts'

const RETENTION = ['test/attacks/retention.test.ts']
const CUTOFF = ['test/plan/retention-cutoff.test.ts']
const APPLY = ['test/cli/retention.test.ts']

/** In how long rows are kept, and what a legal hold does. */
export const RETENTION_FAULTS: readonly Fault[] = [
  {
    name: 'a row is served one day longer than it may be kept',
    file: 'src/plan/retention-cutoff.ts',
    find: 'if (lastDayOf(rule, middle) >= day) kept = middle',
    replace: 'if (lastDayOf(rule, middle) >= day - 1) kept = middle',
    tests: CUTOFF,
  },
  {
    name: 'a period runs from the day itself and not from the end of the accounting year',
    file: 'src/plan/retention-cutoff.ts',
    find: 'addPeriod(rule.yearStarts ? endOfYear(day, rule.yearStarts) : day, rule)',
    replace: 'addPeriod(day, rule)',
    tests: CUTOFF,
  },
  {
    name: '29 February and a year is 1 March',
    file: 'src/plan/calendar.ts',
    find: 'return Math.min(Date.UTC(year, month, date.getUTCDate()) / DAY_MS, last) + days',
    replace: 'return Math.min(Date.UTC(year, month, date.getUTCDate()) / DAY_MS, last + 1) + days',
    tests: CUTOFF,
  },
  {
    name: 'the accounting year ends on the first day of the next',
    file: 'src/plan/calendar.ts',
    find: 'dayOf(year + 1, month, first)) - 1',
    replace: 'dayOf(year + 1, month, first))',
    tests: CUTOFF,
  },
  {
    name: 'an instant is taken for a day of UTC',
    file: 'src/plan/retention-cutoff.ts',
    find: 'startMs: startOfDay(first, rule.timeZone) }',
    replace: 'startMs: first * DAY_MS }',
    tests: CUTOFF,
  },
  {
    name: 'retention is not a rule about rows',
    file: 'src/plan/retained-rows.ts',
    find: 'if (!model.retention) return []',
    replace: 'if (!model.retention || model.retention) return []',
    tests: RETENTION,
  },
  {
    name: 'a legal hold opens expired rows to every purpose',
    file: 'src/plan/retained-rows.ts',
    find: 'if (!holds?.legalHold.readableFor.includes(purpose.name)) return',
    replace: 'if (!holds) return',
    tests: RETENTION,
  },
  {
    name: 'a legal hold opens nothing',
    file: 'src/plan/retained-rows.ts',
    find: "{ kind: 'or', operands: [kept, heldRows(holds, model, 'begun')] }",
    replace: "{ kind: 'and', operands: [kept, heldRows(holds, model, 'begun')] }",
    tests: RETENTION,
  },
  {
    name: 'a hold that was released still holds',
    file: 'src/plan/held-rows.ts',
    find: "at(until, 'gt')",
    replace: "at(until, 'lt')",
    tests: RETENTION,
  },
  {
    name: 'a hold that is yet to begin opens expired rows',
    file: 'src/plan/held-rows.ts',
    find: "when === 'begun' ? [at(since, 'lte'), ...ended] : ended",
    replace: 'ended',
    tests: RETENTION,
  },
  {
    name: 'a hold that is yet to begin does not keep from deletion',
    file: 'src/plan/held-rows.ts',
    find: "when === 'begun' ? [",
    replace: "when !== 'never' ? [",
    tests: APPLY,
  },
]
