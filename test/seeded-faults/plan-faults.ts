import type { Fault } from './fault.ts'

const GOLDEN = ['test/operation-cases.test.ts']
const AUTHORIZATION = ['test/attacks/authorization.test.ts']
const FILTERS = ['test/attacks/oracles.test.ts']
const LIMITS = ['test/attacks/limits.test.ts']
const ORACLE = ['test/oracle.test.ts']

/** In who is admitted, what is decided, and what an operation is planned to read. */
export const PLAN_FAULTS: readonly Fault[] = [
  {
    name: 'what a field permits is ignored, as long as it permits something',
    file: 'src/plan/decide.ts',
    find: "return transform ? { kind: 'permitted', transform } :",
    replace: "return field.permits.size > 0 ? { kind: 'permitted', transform: transform ?? 'AS_IS' } :",
    tests: GOLDEN,
  },
  {
    name: 'an argument may read a field that is served in a form',
    file: 'src/plan/decide.ts',
    find: "return transform === 'AS_IS'\n",
    replace: 'return transform !== undefined\n',
    tests: GOLDEN,
  },
  {
    name: 'the order by a key is shown to whoever may read it in any form',
    file: 'src/plan/decide.ts',
    find: "if (own) return decideArgument(own, purpose).kind === 'permitted'",
    replace: 'if (own) return own.permits.has(purpose)',
    tests: AUTHORIZATION,
  },
  {
    name: 'a root field is open to the purposes that may read all behind it, not some of it',
    file: 'src/plan/decide.ts',
    find: '=> fields.some((field) => field.permits.has(purpose)))',
    replace: '=> fields.every((field) => field.permits.has(purpose)))',
    tests: GOLDEN,
  },
  {
    name: 'the role of the principal is not looked at',
    file: 'src/plan/admit.ts',
    find: '(role) => principal.roles.includes(role)',
    replace: '(role) => principal.roles.length >= 0 || role',
    tests: AUTHORIZATION,
  },
  {
    name: 'any granted purpose will do',
    file: 'src/plan/admit.ts',
    find: '!principal.purposes.includes(purpose.name)',
    replace: 'principal.purposes.length === 0',
    tests: AUTHORIZATION,
  },
  {
    name: 'rejecting is pruning: what is left is served',
    file: 'src/plan/plan-operation.ts',
    find: "scope.blocked.length > 0 && input.onDenied === 'reject'",
    replace: "scope.blocked.length > roots.length && input.onDenied === 'reject'",
    tests: GOLDEN,
  },
  {
    name: 'the fields of an operation with a blocked root are read all the same',
    file: 'src/plan/plan-operation.ts',
    find: "return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'many', key, field: name, list }",
    replace: "return { kind: 'many', key, field: name, list }",
    tests: ORACLE,
  },
  {
    name: 'a lookup by key does not count as reading the key',
    file: 'src/plan/plan-operation.ts',
    find: '    scope.argument(field, path)\n',
    replace: '',
    tests: AUTHORIZATION,
  },
  {
    name: 'a blocked relation to one is followed when pruning',
    file: 'src/plan/plan-rows.ts',
    find: "return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'one', key, field, rows }",
    replace: "return { kind: 'one', key, field, rows }",
    tests: ORACLE,
  },
  {
    name: 'ordering does not count as reading',
    file: 'src/plan/plan-list.ts',
    find: '    scope.argument(field, path)\n',
    replace: '',
    tests: FILTERS,
  },
  {
    name: 'filtering through a relation does not count as following it',
    file: 'src/plan/plan-condition.ts',
    find: '  scope.argument(field, path)\n',
    replace: "  if (field.kind === 'scalar') scope.argument(field, path)\n",
    tests: FILTERS,
  },
  {
    name: 'OR in a filter is AND',
    file: 'src/plan/plan-condition.ts',
    find: "return { kind: 'or', operands: nested() }",
    replace: "return { kind: 'and', operands: nested() }",
    tests: ORACLE,
  },
  {
    name: 'NOT of several is the negation of all together, not of each',
    file: 'src/plan/plan-condition.ts',
    find: "return { kind: 'and', operands: nested().map(",
    replace: "return { kind: 'or', operands: nested().map(",
    tests: ORACLE,
  },
  {
    name: 'a page may be one row larger than the largest',
    file: 'src/plan/page-sizes.ts',
    find: 'size > limits.maxPageSize',
    replace: 'size > limits.maxPageSize + 1',
    tests: LIMITS,
  },
  {
    name: 'page sizes below one another are added and not multiplied',
    file: 'src/plan/page-sizes.ts',
    find: "if (entry.kind === 'nodes') visitRows(entry.rows, times * size)",
    replace: "if (entry.kind === 'nodes') visitRows(entry.rows, times)",
    tests: LIMITS,
  },
  {
    name: 'what a list is filtered by is not on record',
    file: 'src/plan/fields-read.ts',
    find: 'if (list.where) noteCondition(list.where, note)',
    replace: '',
    tests: GOLDEN,
  },
  {
    name: 'what only directives look at is not part of the shape of the variables',
    file: 'src/plan/variable-shape.ts',
    find: "if (typeof value === 'boolean') return value ? 't' : 'f'",
    replace: "if (typeof value === 'boolean') return 'v'",
    tests: AUTHORIZATION,
  },
  {
    name: 'the name of an enum in a variable is not part of its shape',
    file: 'src/plan/variable-shape.ts',
    find: 'if (isEnumType(type)) return String(value)',
    replace: "if (isEnumType(type)) return 'v'",
    tests: AUTHORIZATION,
  },
  {
    name: 'a page size in a variable is not part of its shape',
    file: 'src/plan/variable-shape.ts',
    find: 'return isPageSize ? String(values[name])',
    replace: "return isPageSize ? 'v'",
    tests: AUTHORIZATION,
  },
]
