import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'
import { runHere } from './run-cli.ts'

describe('purpose-gateway schema', () => {
  it('prints what introspection shows, and where a null only comes with an error', async () => {
    const { exitCode, stdout } = await runHere(['schema'])
    expect(exitCode).toBe(0)
    const { policy } = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
    if (!policy) throw new Error('the demo policy compiles')
    const text = (schema: Parameters<typeof printSchema>[0]) => printSchema(lexicographicSortSchema(schema))
    expect(text(buildSchema(stdout))).toBe(text(servedSchemaOf(policy)))
    const customer = stdout.slice(stdout.indexOf('\ntype Customer {'))
    expect(customer).toMatch(/^ {2}id: ID @semanticNonNull$/m)
    expect(customer).toMatch(/^ {2}cvr: String$/m)
    expect(customer).toContain('SERVICE_IMPROVEMENT as PSEUDONYM')
  })

  it('prints nothing for a policy that is refused', async () => {
    const { exitCode, stdout, stderr } = await runHere(['schema'], { SCHEMA_DIR: 'directives' })
    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('PG111')
  })
})
