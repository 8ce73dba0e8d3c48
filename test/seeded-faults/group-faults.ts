import type { Fault } from './fault.ts'

const TRUTH = ['test/groups/truth.test.ts']
const ATTACKS = ['test/groups/attacks.test.ts']
const NOISE = ['test/groups/noise.test.ts']
const STORED = ['test/read/stored-groups.test.ts']
const BUDGET = ['test/groups/budget.test.ts']

/** In the size of groups, their remainder, noise and the budget of questions. */
export const GROUP_FAULTS: readonly Fault[] = [
  {
    name: 'a group of one fewer than the smallest is served',
    file: 'src/read/protected-groups-sql.ts',
    find: ')} HAVING count(DISTINCT f.s) >= ${smallest}`',
    replace: ')} HAVING count(DISTINCT f.s) >= ${smallest - 1}`',
    tests: TRUTH,
  },
  {
    name: 'rows are counted where data subjects are meant',
    file: 'src/read/protected-groups-sql.ts',
    find: ')} HAVING count(DISTINCT f.s) >= ${smallest}`',
    replace: ')} HAVING sum(f.n) >= ${smallest}`',
    tests: TRUTH,
  },
  {
    name: 'the remainder is served however small it is',
    file: 'src/read/protected-groups-sql.ts',
    find: ')} HAVING count(DISTINCT f.s) >= ${smallest}`',
    replace: ')} HAVING count(DISTINCT f.s) >= ${smallest} OR f.remainder`',
    tests: TRUTH,
  },
  {
    name: 'a group that has just the smallest size goes into the remainder',
    file: 'src/read/protected-groups-sql.ts',
    find: ') < ${smallest} AS small`',
    replace: ') <= ${smallest} AS small`',
    tests: TRUTH,
  },
  {
    name: 'a sum of few values is served in a large group',
    file: 'src/read/protected-groups-sql.ts',
    find: 'FILTER (WHERE f.${having} > 0) >= ${smallest}`',
    replace: 'FILTER (WHERE f.${having} > 0) >= 1`',
    tests: TRUTH,
  },
  {
    name: 'the smallest and the largest value of a group are served',
    file: 'src/plan/plan-aggregate.ts',
    find: "const extreme = calculation === 'min' || calculation === 'max'",
    replace: "const extreme = calculation === 'min' && calculation !== 'min'",
    tests: ATTACKS,
  },
  {
    name: 'calculating with a field does not need it as it is',
    file: 'src/plan/decide.ts',
    find: "return decision.kind === 'blocked' || decision.transform === 'AS_IS'\n    ? decision",
    replace: "return decision.kind === 'blocked' || decision.transform !== 'AS_IS'\n    ? decision",
    tests: ATTACKS,
  },
  {
    name: 'noise does not depend on whom it is about',
    file: 'src/read/noise-sql.ts',
    find: "encode(sha256(h.who), 'hex'), ",
    replace: '',
    tests: NOISE,
  },
  {
    name: 'noise is half of what was declared',
    file: 'src/read/noise-sql.ts',
    find: '${noise / Math.SQRT2}::float8',
    replace: '${noise / 2 / Math.SQRT2}::float8',
    tests: NOISE,
  },
  {
    name: 'the budget has room for one question more',
    file: 'src/budget/aggregate-budget.ts',
    find: 'count(*) <= $5::integer',
    replace: 'count(*) <= $5::integer + 1',
    tests: BUDGET,
  },
  {
    name: 'rows of an aggregate are not governed',
    file: 'src/read/aggregate-sql.ts',
    find: '    ...governedSql(context, model.name, table),\n',
    replace: '',
    tests: ['test/oracle-groups.test.ts'],
  },
  {
    name: 'numbers that are equal are one group, however they are written',
    file: 'src/read/groupable.ts',
    find: "  'smallint',\n",
    replace: "  'smallint',\n  'numeric',\n",
    tests: STORED,
  },
  {
    name: 'texts that a collation takes for equal are one group',
    file: 'src/read/groupable.ts',
    find: '`${column}::text COLLATE "C"`',
    replace: 'column',
    tests: STORED,
  },
  {
    name: 'a data subject counts once for each stored value that makes the same key',
    file: 'src/read/contributions-sql.ts',
    find: '    by,\n  )',
    replace: "    [...by, 'n'],\n  )",
    tests: STORED,
  },
]
