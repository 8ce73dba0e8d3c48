import type { Fault } from './fault.ts'

const GOLDEN = ['test/operation-cases.test.ts']
const AUTHORIZATION = ['test/attacks/authorization.test.ts']
const FORMS = ['test/read/forms.test.ts']
const FILTERS = ['test/attacks/oracles.test.ts']
const ETHICS = ['test/ethics/policy.test.ts']
const ORACLE = ['test/oracle.test.ts']

/** In the SQL, its parameters, and what is remembered of it. */
export const READ_FAULTS: readonly Fault[] = [
  {
    name: 'a plan that was made for one purpose serves another',
    file: 'src/read/prepared-operations.ts',
    find: '${purpose} ${onDenied} ${shape}`',
    replace: '${onDenied} ${shape}`',
    tests: AUTHORIZATION,
  },
  {
    name: 'a plan that was pruned serves those who want all or nothing',
    file: 'src/read/prepared-operations.ts',
    find: '${purpose} ${onDenied} ${shape}`',
    replace: '${purpose} ${shape}`',
    tests: AUTHORIZATION,
  },
  {
    name: 'a plan is made once for all shapes of the variables',
    file: 'src/read/prepared-operations.ts',
    find: '${purpose} ${onDenied} ${shape}`',
    replace: '${purpose} ${onDenied}`',
    tests: AUTHORIZATION,
  },
  {
    name: 'the form of a field is skipped',
    file: 'src/read/row-sql.ts',
    find: 'scalarSql(context.writer, entry, ',
    replace: "scalarSql(context.writer, { ...entry, transform: 'AS_IS' }, ",
    tests: GOLDEN,
  },
  {
    name: 'of a short text, LAST4 serves all',
    file: 'src/read/scalar-sql.ts',
    find: 'least(4, length(${column}::text) / 2)',
    replace: '4',
    tests: FORMS,
  },
  {
    name: 'LAST4 is the last five',
    file: 'src/read/scalar-sql.ts',
    find: 'least(4, ',
    replace: 'least(5, ',
    tests: ORACLE,
  },
  {
    name: 'DOMAIN begins at the first @',
    file: 'src/read/scalar-sql.ts',
    find: "'@([^@]*)$'",
    replace: "'@(.*)$'",
    tests: ORACLE,
  },
  {
    name: 'YEAR is the month',
    file: 'src/read/scalar-sql.ts',
    find: "beginningSql('year', field, column)",
    replace: "beginningSql('month', field, column)",
    tests: GOLDEN,
  },
  {
    name: 'the rows of a purpose have the pseudonyms of every other',
    file: 'src/read/keys.ts',
    find: "${period === '' ? purpose : `${purpose} ${period}`}",
    replace: '${period}',
    tests: AUTHORIZATION,
  },
  {
    name: 'a page has one row too few',
    file: 'src/read/list-sql.ts',
    find: '.place <= ${pageSize(0)}',
    replace: '.place < ${pageSize(0)}',
    tests: GOLDEN,
  },
  {
    name: 'the row of the cursor comes again on the next page',
    file: 'src/read/order-sql.ts',
    find: "${order[0]?.descending ? '<' : '>'} (",
    replace: "${order[0]?.descending ? '<=' : '>='} (",
    tests: ORACLE,
  },
  {
    name: 'a cursor opens every order of its list',
    file: 'src/read/order-sql.ts',
    find: 'order.map(({ column, descending }) =>',
    replace: 'order.slice(order.length).map(({ column, descending }) =>',
    tests: FILTERS,
  },
  {
    name: 'the join to the row above is dropped where there is a filter',
    file: 'src/read/list-sql.ts',
    find: '...(place.above ? [joinSql(place.above.join, place.above.alias, table)] : []),',
    replace: '...(place.above && !list.where ? [joinSql(place.above.join, place.above.alias, table)] : []),',
    tests: ORACLE,
  },
  {
    name: 'retention is not asked for below a row whose own runs longer',
    file: 'src/read/implied-condition.ts',
    find: 'one.months === other.months &&',
    replace: '',
    tests: ['test/read/implied-condition.test.ts'],
  },
  {
    name: 'AND and OR are swapped in SQL',
    file: 'src/read/condition-sql.ts',
    find: "condition.kind === 'and' ? ' AND ' : ' OR '",
    replace: "condition.kind === 'and' ? ' OR ' : ' AND '",
    tests: ORACLE,
  },
  {
    name: 'what is unknown of a related row is true once it is negated',
    file: 'src/read/condition-sql.ts',
    find: 'under && sql !== undefined ?',
    replace: 'under && sql === undefined ?',
    tests: FILTERS,
  },
  {
    name: '% and _ in a filter are patterns',
    file: 'src/read/bind-statement.ts',
    find: ".replace(/[\\\\%_]/g, '\\\\$&')",
    replace: '',
    tests: FILTERS,
  },
  {
    name: 'whom the rows are about is not told to the log',
    file: 'src/read/row-sql.ts',
    find: 'if (!place.subjectsKnown && rows.model.subject)',
    replace: 'if (place.subjectsKnown && rows.model.subject)',
    tests: GOLDEN,
  },
  {
    name: 'rows behind a relation are taken to be about whom the row above is about',
    file: 'src/read/subject-sql.ts',
    find: 'return down.length === up.length + 1 && down[0]?.relation === field.name && sameSteps(down.slice(1), up)',
    replace: 'return true',
    tests: ETHICS,
  },
  {
    name: 'a row that has a null where the data model promises a value is left out',
    file: 'src/read/json-sql.ts',
    find: 'hopeful === careful ? careful : `coalesce(${hopeful}, ${careful})`',
    replace: 'hopeful',
    tests: ['test/read/rows-as-json.test.ts'],
  },
  {
    name: 'whatever looks like a cursor is opened',
    file: 'src/read/seal-cursor.ts',
    find: 'if (!timingSafeEqual(tag, bytes.subarray(-TAG_BYTES))) return undefined',
    replace: '',
    tests: ['test/read/seal-cursor.test.ts'],
  },
  {
    name: 'a cursor is not bound to its list, order and purpose',
    file: 'src/read/seal-cursor.ts',
    find: 'Buffer.from(`${scope}\\0`)',
    replace: 'Buffer.alloc(0)',
    tests: ['test/attacks/oracles.test.ts'],
  },
  {
    name: 'the failure of one lookup is told to all that are behind it',
    file: 'src/database/planned-group.ts',
    find: '        failure = undefined\n',
    replace: '',
    tests: ['test/database/reader.test.ts'],
  },
  {
    name: 'a statement that failed counts as prepared',
    file: 'src/database/planned-group.ts',
    find: 'prepared.delete(part.name)',
    replace: 'prepared.get(part.name)',
    tests: ['test/database/planned-query.test.ts'],
  },
  {
    name: 'a lookup that relied on one that failed fails with it',
    file: 'src/database/shared-connections.ts',
    find: 'return hit || lost || unprepared ? undefined : failure',
    replace: 'return hit || lost ? undefined : failure',
    tests: ['test/database/reader.test.ts'],
  },
  {
    name: 'what one lookup answers is taken for the answer of the next',
    file: 'src/database/planned-group.ts',
    find: 'const part = this.#unanswered.shift()\n    if (part) part.answered = true',
    replace: 'const part = this.#unanswered.pop()\n    if (part) part.answered = true',
    tests: ['test/database/planned-query.test.ts'],
  },
]
