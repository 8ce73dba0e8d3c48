import type { Fault } from './fault.ts'

const ROWS = ['test/attacks/rows.test.ts']
const ORACLE = ['test/oracle.test.ts']
const POLICY_CASES = ['test/policy/cases.test.ts']

/** In which rows there are for a purpose: consent, objection, own rows, conditions. */
export const ROW_FAULTS: readonly Fault[] = [
  {
    name: 'rules about rows are joined by OR',
    file: 'src/plan/governed-rows.ts',
    find: "{ kind: 'and', operands }",
    replace: "{ kind: 'or', operands }",
    tests: ROWS,
  },
  {
    name: 'only the first rule about rows holds',
    file: 'src/plan/governed-rows.ts',
    find: "operands.length > 1 ? { kind: 'and', operands } : operands[0]",
    replace: 'operands[0]',
    tests: ORACLE,
  },
  {
    name: 'rows of a list and of its count are not governed',
    file: 'src/read/list-sql.ts',
    find: '    ...governedSql(context, list.model.name, table, place.above),\n',
    replace: '',
    tests: ROWS,
  },
  {
    name: 'the rows that a filter looks at are not governed',
    file: 'src/read/condition-sql.ts',
    find: ', ...governedSql(context, target.name, other)]',
    replace: ']',
    tests: ROWS,
  },
  {
    name: 'what is looked up, or reached by a relation to one, is not governed',
    file: 'src/read/row-sql.ts',
    find: '[condition, ...governedSql(context, rows.model.name, table)]',
    replace: '[condition]',
    tests: ROWS,
  },
  {
    name: 'a consent that was withdrawn still holds',
    file: 'src/read/choice-sql.ts',
    find: 'consent ? `${column} IS NULL` : ',
    replace: 'consent ? `true` : ',
    tests: ROWS,
  },
  {
    name: 'a consent counts before it is given',
    file: 'src/read/choice-sql.ts',
    find: '? `${column} < ${now(since.sqlType)}`',
    replace: '? `${column} IS NOT NULL`',
    tests: ROWS,
  },
  {
    name: 'a consent holds in the instant in which it expires',
    file: 'src/read/choice-sql.ts',
    find: '${column} > ${now(expiresAt.sqlType)}',
    replace: '${column} >= ${now(expiresAt.sqlType)}',
    tests: ROWS,
  },
  {
    name: 'a consent to one purpose is one to all',
    file: 'src/read/choice-sql.ts',
    find: '[`${column} = ${literal(label)}::${purpose.sqlType}`]',
    replace: '[`${column} IS NOT NULL`]',
    tests: ROWS,
  },
  {
    name: 'an objection to everything is one to nothing',
    file: 'src/read/choice-sql.ts',
    find: '...(purpose.nullable ? [',
    replace: '...(!purpose.nullable ? [',
    tests: ROWS,
  },
  {
    name: 'an objection that was taken back still holds',
    file: 'src/read/choice-sql.ts',
    find: '`(${column} IS NULL OR ${column} > ${now(withdrawnAt.sqlType)})`,',
    replace: '`true`,',
    tests: ROWS,
  },
  {
    name: 'whoever objected is served, and nobody else',
    file: 'src/plan/objection-limit.ts',
    find: 'present: false',
    replace: 'present: true',
    tests: ROWS,
  },
  {
    name: 'a colleague’s consent opens the data of a person',
    file: 'src/plan/consent-limit.ts',
    find: 'if (row.name === givenBy.model)',
    replace: 'if (row.name === model && row.name === givenBy.model)',
    tests: ROWS,
  },
  {
    name: 'own rows are limited at the root alone',
    file: 'src/plan/own-limit.ts',
    find: "if (scope !== 'OWN') return []",
    replace: "if (scope !== 'OWN' || (subject && subject.steps.length > 0)) return []",
    tests: ROWS,
  },
  {
    name: 'a token that names no data subject may ask for own rows',
    file: 'src/plan/admit-rows.ts',
    find: 'if (!fits)\n',
    replace: 'if (!fits && dataSubject)\n',
    tests: ROWS,
  },
  {
    name: 'a token may lack the claim that rows are chosen by',
    file: 'src/plan/admit-rows.ts',
    find: 'if (!fitsUse(',
    replace: 'if (claims.has(use.name) && !fitsUse(',
    tests: ROWS,
  },
  {
    name: 'a condition on rows holds for every purpose but those that it names',
    file: 'src/plan/declared-limits.ts',
    find: '.filter((rule) => rule.purposes.includes(purpose.name))',
    replace: '.filter((rule) => !rule.purposes.includes(purpose.name))',
    tests: ROWS,
  },
  {
    name: 'what the vulnerable are marked with may choose rows for selling',
    file: 'src/policy/check-never-chosen.ts',
    find: 'if (never.includes(purpose) && !saysEmpty)',
    replace: 'if (never.includes(purpose) && saysEmpty)',
    tests: POLICY_CASES,
  },
]
