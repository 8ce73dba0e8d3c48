import type { Fault } from './fault.ts'

const TOKENS = ['test/identity/verify-token.test.ts']
const KEYS = ['test/identity/refreshing-keys.test.ts']
const DECLARATION = ['test/identity/declaration.test.ts']

/** In who is believed, and what requests declare. */
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
]
