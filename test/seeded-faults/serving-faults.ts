import type { Fault } from './fault.ts'

const CHANGE = ['test/policy-change.test.ts']
const ROLES = ['test/database/role-statements.test.ts', 'test/database/ensure-role.test.ts']

/** In the bounds of a request, which policy is in force, and what the reader's role may read. */
export const SERVING_FAULTS: readonly Fault[] = [
  {
    name: 'fragments are counted once, however often they are spread',
    file: 'src/enforce/limits.ts',
    find: 'if (before) return before',
    replace: 'if (before) return NOTHING',
    tests: ['test/attacks/limits.test.ts'],
  },
  {
    name: 'a client that has left is read for to the end',
    file: 'src/admit-request.ts',
    find: 'if (!reply.raw.writableFinished) cancellation.request()',
    replace: '',
    tests: ['test/attacks/audit.test.ts'],
  },
  {
    name: 'a policy is in force before it is on record',
    file: 'src/generations.ts',
    find: 'await parts.register(policy)',
    replace: 'void parts.register(policy).catch(() => undefined)',
    tests: CHANGE,
  },
  {
    name: 'the reader keeps what only the old policy took',
    file: 'src/generations.ts',
    find: 'narrow ||= parts.readsMore(policy, current.policy)',
    replace: '',
    tests: CHANGE,
  },
  {
    name: 'the reader loses what requests under way still take',
    file: 'src/generations.ts',
    find: 'await parts.govern([current.policy, policy])',
    replace: 'await parts.govern([policy])',
    tests: CHANGE,
  },
  {
    name: 'a migration waits for a table, and keeps everybody away from it',
    file: 'src/database/migrations.ts',
    find: 'SET LOCAL lock_timeout = ${TABLE_LOCK_MS}',
    replace: 'SET LOCAL lock_timeout = 30000',
    tests: ['test/database/migrations.test.ts', 'test/audit/upgrade.test.ts'],
  },
  {
    name: 'a role keeps what it should not hold',
    file: 'src/database/role-statements.ts',
    find: 'state.held.filter((one) => !one.public),',
    replace: "state.held.filter((one) => !one.public && one.on === 'database'),",
    tests: ROLES,
  },
  {
    name: 'a role keeps its membership in others',
    file: 'src/database/role-statements.ts',
    find: '...state.memberOf.map((group) => `REVOKE ${identifier(group)} FROM ${role}`),',
    replace: '',
    tests: ROLES,
  },
  {
    name: 'a connection with a cancel request under way is used again',
    file: 'src/database/run-statement.ts',
    find: 'await cancelling\n    client.release(true)',
    replace: 'client.release()',
    tests: ['test/database/run-statement.test.ts', 'test/database/reader.test.ts'],
  },
  {
    name: 'a role keeps columns that it should not hold',
    file: 'src/database/role-statements.ts',
    find: '.filter((column) => !known.has(column))',
    replace: '.filter((column) => known.size === 0 || !known.has(column)).slice(0, 0)',
    tests: ROLES,
  },
  {
    name: 'the database may lack what the policy names',
    file: 'src/database/ensure-role.ts',
    find: 'if (attempt === 1) await refuseMissing(owner, spec)',
    replace: '',
    tests: ROLES,
  },
  {
    name: 'the memory of a load is given back at once',
    file: 'src/cli/memory-at-rest.ts',
    find: 'kept === undefined ? afterStart : afterLoad',
    replace: 'afterStart',
    tests: ['test/cli/memory-at-rest.test.ts'],
  },
  {
    name: 'a start takes the policy that was kept before the last change of the SDL',
    file: 'src/cli/policy-to-start.ts',
    find: '[program, process.versions, texts]',
    replace: '[program, process.versions, texts.schema]',
    tests: ['test/cli/policy-to-start.test.ts'],
  },
  {
    name: 'a start takes the policy that another version of the program has kept',
    file: 'src/cli/policy-to-start.ts',
    find: '[program, process.versions, texts]',
    replace: '[process.versions, texts]',
    tests: ['test/cli/policy-to-start.test.ts'],
  },
]
