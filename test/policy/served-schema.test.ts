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

test('a document is valid by the schema that lists no types where it is by the one that does', () => {
  const schema = servedSchemaOf(policy)
  const unlisted = schema.unlisted()
  expect(Object.keys(unlisted.getTypeMap())).toEqual([])
  const messages = (by: typeof schema, text: string) =>
    validate(by, parse(text)).map(({ message }) => message.replace(/ Did you mean .*/, ''))
  for (const [text, wrong] of [
    ['query Q($id: ID!) { customer(id: $id) { ...on Customer { name invoices { nodes { id } } } } }', 0],
    ['query Q($where: CustomerWhere) { customers(where: $where) { nodes { id } } }', 0],
    ['{ __type(name: "Customer") { name } }', 0],
    ['query Q($id: Customre) { customer(id: $id) { id } }', 1],
    ['query Q($id: constructor, $key: __proto__) { customer(id: $id) { id(key: $key) } }', 3],
    ['{ customer(id: 1) { ...on Invoice { id } } }', 1],
    ['fragment F on Custom { id } { customer(id: 1) { ...F nam } }', 2],
  ] as const) {
    expect(messages(schema, text)).toHaveLength(wrong)
    expect(messages(unlisted, text)).toEqual(messages(schema, text))
  }
})
