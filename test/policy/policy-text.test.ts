import canonicalizeModule from 'canonicalize'
import { describe, expect, it } from 'vitest'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'

/** The package is CommonJS and its types say otherwise: what is imported is the function itself. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string

describe('the text of a policy', () => {
  it('is canonical JSON (RFC 8785)', async () => {
    const { policy } = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
    expect(policy?.text).toBe(canonicalize(JSON.parse(policy?.text ?? '')))
  })
})
