import { getIntrospectionQuery, graphqlSync, isInputObjectType, isObjectType, parse, validate } from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { shieldRoots } from '../../src/enforce/shield.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'

let policy: Policy
beforeAll(async () => {
  const loaded = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
  if (!loaded.policy) throw new Error('the demo policy compiles')
  policy = loaded.policy
})

/** Types that have made their fields. */
function madeTypes(schema: ReturnType<typeof servedSchemaOf>): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInputObjectType(type))
    .filter((type) => typeof (type as unknown as { readonly _fields: unknown })._fields !== 'function')
    .map(({ name }) => name)
}

test('a document has the fields made of the types that it names, and no others', () => {
  const schema = shieldRoots(servedSchemaOf(policy), () => undefined)
  const before = madeTypes(schema)
  expect(before).not.toContain('Query')
  expect(validate(schema, parse('{ customers(where: { name: { equals: "a" } }) { nodes { id } } }'))).toEqual(
    [],
  )
  expect(madeTypes(schema).filter((name) => !before.includes(name))).toEqual([
    'Customer',
    'CustomerConnection',
    'CustomerWhere',
    'Query',
  ])
})

test('introspection lists every type once, the root under the gate as well', () => {
  const bare = servedSchemaOf(policy)
  const [all, shielded] = [bare, shieldRoots(bare, () => undefined)].map((schema) => {
    const { data, errors } = graphqlSync({ schema, source: getIntrospectionQuery() })
    expect(errors).toBeUndefined()
    return data as unknown as { readonly __schema: { readonly types: readonly { readonly name: string }[] } }
  })
  const names = all?.__schema.types.map(({ name }) => name) ?? []
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(
    expect.arrayContaining(['Query', 'Customer', 'CustomerAggregateSum', 'Decimal', '__Type']),
  )
  expect(shielded).toEqual(all)
})
