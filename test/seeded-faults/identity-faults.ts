import type { Fault } from './fault.ts'

const TOKENS = ['test/identity/verify-token.test.ts']
const KEYS = ['test/identity/refreshing-keys.test.ts']
const DECLARATION = ['test/identity/declaration.test.ts']
const CHANGE = ['test/policy-change.test.ts']
const ROLES = ['test/database/role-statements.test.ts', 'test/database/ensure-role.test.ts']

/** In who is believed, how requests come in, which policy is in force, and what the reader's role may read. */
export const IDENTITY_FAULTS: readonly Fault[] = [
  {
    name: 'a token may expire at infinity',
    file: 'src/identity/verify-token.ts',
    find: 'if (!Number.isFinite(payload.exp))',
    replace: 'if (payload.exp === undefined)',
    tests: TOKENS,
  },
  {
    name: 'any kind of signed token is an access token',
    file: 'src/identity/verify-token.ts',
    find: 'header.typ !== undefined && !ACCESS_TOKEN_TYPE.test(String(header.typ))',
    replace: 'header.typ === null',
    tests: TOKENS,
  },
  {
    name: 'a token of any issuer with a known key is taken',
    file: 'src/identity/verify-token.ts',
    find: '...(issuer !== undefined && { issuer }),',
    replace: '',
    tests: TOKENS,
  },
  {
    name: 'a token that is remembered outlives its expiry',
    file: 'src/identity/token-cache.ts',
    find: 'entry.expiresAt > seconds - clockToleranceSeconds',
    replace: 'entry.expiresAt > 0',
    tests: TOKENS,
  },
  {
    name: 'a token is never verified again',
    file: 'src/identity/token-cache.ts',
    find: 'ageMs >= 0 && ageMs < verifyAgainAfterMs',
    replace: 'ageMs >= 0',
    tests: TOKENS,
  },
  {
    name: 'every scope of a token is a purpose',
    file: 'src/identity/principal-of-claims.ts',
    find: '.map((scope) => scope.slice(PURPOSE_SCOPE.length))',
    replace: '.concat(scopes).map((scope) => scope.replace(PURPOSE_SCOPE, ""))',
    tests: TOKENS,
  },
  {
    name: 'roles in a wrong form are none',
    file: 'src/identity/principal-of-claims.ts',
    find: 'return valid ? [...new Set<string>(list)] : undefined',
    replace: 'return valid ? [...new Set<string>(list)] : []',
    tests: TOKENS,
  },
  {
    name: 'of two authorizations the first counts',
    file: 'src/identity/header-lines.ts',
    find: "values.join(', ')",
    replace: 'values[0]',
    tests: [...TOKENS, ...DECLARATION],
  },
  {
    name: 'of two declarations the first counts',
    file: 'src/identity/declaration.ts',
    find: 'if (lines.length > 1)',
    replace: 'if (lines.length > 9)',
    tests: DECLARATION,
  },
  {
    name: 'a part of a justification may have the form',
    file: 'src/identity/justification-form.ts',
    find: '`^(?:${pattern})$`',
    replace: 'pattern',
    tests: ['test/identity/justification-form.test.ts'],
  },
  {
    name: 'unknown keys make the gateway ask the issuer each time',
    file: 'src/identity/refreshing-keys.ts',
    find: 'pending === undefined && since(endedAtMs) >= cooldownMs',
    replace: 'pending === undefined',
    tests: KEYS,
  },
  {
    name: 'keys serve for ever while the issuer cannot be reached',
    file: 'src/identity/refreshing-keys.ts',
    find: 'known === undefined || since(known.loadedAtMs) >= staleAfterMs',
    replace: 'known === undefined',
    tests: KEYS,
  },
  {
    name: 'the metadata of an issuer may name another one',
    file: 'src/identity/load-key-set.ts',
    find: 'if (named !== issuer)',
    replace: 'if (named === undefined)',
    tests: [...KEYS, ...TOKENS],
  },
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
    name: 'a role keeps what it should not hold',
    file: 'src/database/role-statements.ts',
    find: '!held.public && !wanted.has(keyOf(held))',
    replace: "held.on === 'database' && !wanted.has(keyOf(held))",
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
]
