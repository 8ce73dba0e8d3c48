import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { DataModelInvalid } from '../../src/database/data-model.ts'
import { readDataModel } from '../../src/database/read-data-model.ts'
import type { Entity, StoredField } from '../../src/policy/data-model.ts'
import { dataModelOf } from '../data-model-of.ts'

const NASTY = await readFile(fileURLToPath(new URL('./nasty.prisma', import.meta.url)), 'utf8')
const nasty = dataModelOf(NASTY)

function entity(name: string): Entity {
  const found = nasty.entities.get(name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}
function field(model: string, name: string): StoredField | undefined {
  return entity(model).fields.get(name)
}
function joinOf(model: string, name: string): unknown {
  const found = field(model, name)
  return found?.kind === 'relation' ? [found.target, found.list, found.required, found.join] : undefined
}
const datasource = (provider: string) => `datasource db {\n  provider = "${provider}"\n}\n`

test('tables have their mapped names and schemas', () => {
  expect(entity('User').table).toEqual({ schema: 'app', name: 'users' })
  expect(entity('Order').table).toEqual({ schema: 'Odd Schema', name: 'orders' })
  expect(entity('Line').table).toEqual({ schema: 'public', name: 'Line' })
  expect(
    dataModelOf(`${datasource('postgresql')}model A {\n id Int @id\n}`).entities.get('A')?.table,
  ).toEqual({
    schema: undefined,
    name: 'A',
  })
})

test('keys: simple, composite, and the first unique one whose fields are all required', () => {
  expect(entity('User').key).toEqual(['id'])
  expect(entity('Order').key).toEqual(['shop', 'no'])
  expect(entity('Line').key).toEqual(['k', 's'])
})

test('a view with a unique field is read as a table; what has no key or is ignored is left out', () => {
  expect(entity('V').key).toEqual(['id'])
  expect([...nasty.entities.keys()]).toEqual(['User', 'Tag', 'Order', 'Line', 'V'])
  expect(field('Order', 'unsup')).toBeUndefined()
})

test('relations join by columns, from both sides', () => {
  expect(joinOf('Order', 'buyer')).toEqual(['User', false, true, [{ from: 'buyer_id', to: 'id' }]])
  expect(joinOf('User', 'orders')).toEqual(['Order', true, true, [{ from: 'id', to: 'buyer_id' }]])
  const [up, down] = [joinOf('Line', 'order'), joinOf('Order', 'lines')]
  expect(up).toEqual([
    'Order',
    false,
    true,
    [
      { from: 's_no', to: 'shop_no' },
      { from: 'o_no', to: 'order_no' },
    ],
  ])
  expect(down).toEqual([
    'Line',
    true,
    true,
    [
      { from: 'shop_no', to: 's_no' },
      { from: 'order_no', to: 'o_no' },
    ],
  ])
})

test('self-relations: the other field of the same model is the other side', () => {
  expect(joinOf('User', 'manager')).toEqual(['User', false, false, [{ from: 'manager_id', to: 'id' }]])
  expect(joinOf('User', 'reports')).toEqual(['User', true, true, [{ from: 'id', to: 'manager_id' }]])
  expect(joinOf('User', 'mentor')).toEqual(['User', false, false, [{ from: 'mentorId', to: 'id' }]])
  expect(joinOf('User', 'mentee')).toEqual(['User', false, false, [{ from: 'id', to: 'mentorId' }]])
})

test('an implicit many-to-many has no join', () => {
  expect(joinOf('User', 'tags')).toEqual(['Tag', true, true, []])
  expect(joinOf('User', 'friends')).toEqual(['User', true, true, []])
})

test('enums have the labels and the type name of the database', () => {
  expect(nasty.enums.get('Status')?.labels).toEqual(
    new Map([
      ['OPEN', 'open-ish'],
      ['CLOSED', 'CLOSED'],
    ]),
  )
  expect(field('User', 'status')).toEqual({
    kind: 'scalar',
    name: 'status',
    column: 'status',
    type: 'Enum',
    enumName: 'Status',
    sqlType: '"app"."status_kind"',
    required: true,
    list: false,
  })
  expect(field('User', 'many')).toMatchObject({ sqlType: '"app"."status_kind"', list: true })
  expect(field('User', 'plain')).toMatchObject({ sqlType: '"public"."Plain"' })
})

test('the schema of an enum is not read from comments, strings or its neighbours', () => {
  const text = `datasource db {
  provider = "postgresql"
  schemas  = ["a", "b"]
}
// enum E { @@schema("a") }
/// } enum E { @@schema("a") }
enum E {
  X @map("} @@schema(a)") // }
  @@map("e\\"e")
  @@schema(map: "b")
}
model M {
  id Int @id
  e  E
  @@schema("a")
}`
  expect(dataModelOf(text).entities.get('M')?.fields.get('e')).toMatchObject({ sqlType: '"b"."e""e"' })
})

test('columns have their mapped names and PostgreSQL types', () => {
  const types = (model: string) =>
    Object.fromEntries(
      [...entity(model).fields.values()].flatMap((f) => (f.kind === 'scalar' ? [[f.column, f.sqlType]] : [])),
    )
  expect(types('User')).toEqual({
    id: 'uuid',
    email: 'varchar',
    code: 'bpchar',
    'full name': 'citext',
    manager_id: 'uuid',
    mentorId: 'uuid',
    status: '"app"."status_kind"',
    many: '"app"."status_kind"',
    plain: '"public"."Plain"',
  })
  expect(types('Order')).toEqual({
    shop_no: 'integer',
    order_no: 'bigint',
    small: 'smallint',
    f: 'double precision',
    r: 'real',
    d: 'numeric',
    d2: 'numeric',
    m: 'money',
    at: 'timestamp',
    at2: 'timestamptz',
    at3: 'date',
    at4: 'time',
    at5: 'timetz',
    j: 'jsonb',
    j2: 'json',
    b: 'bytea',
    bo: 'boolean',
    bit: 'varbit',
    vb: 'varbit',
    xml: 'xml',
    inet: 'inet',
    oid: 'oid',
    txt: 'varchar',
    buyer_id: 'uuid',
  })
  expect(field('Order', 'txt')).toMatchObject({ type: 'String', list: true })
  expect(field('User', 'nm')).toMatchObject({ name: 'nm', column: 'full name', required: false })
})

test('indexes: keys, unique constraints and indexes, fields in order', () => {
  expect(entity('User').indexes).toEqual([['id'], ['email'], ['mentorId'], ['status', 'email']])
  expect(entity('Line').indexes).toEqual([
    ['s', 'n'],
    ['k', 's'],
  ])
})

test('an invalid schema is refused in words for its author, without colours', () => {
  const act = () =>
    dataModelOf([['shop.prisma', `${datasource('postgresql')}model A {\n  id Int @id\n  x Foo\n}`]])
  expect(act).toThrow(DataModelInvalid)
  expect(act).toThrow(/Type "Foo" is neither[\s\S]*--> {2}shop\.prisma:6/)
  try {
    act()
  } catch (error) {
    expect(String(error)).not.toContain('\u001b')
  }
})

test('another database, and a relation by an ignored column, are refused', () => {
  expect(() => dataModelOf(`${datasource('mysql')}model A {\n  id Int @id\n}`)).toThrow(
    "the data model's provider is `mysql`; only `postgresql` can be governed",
  )
  const ignored = `model A {\n id Int @id\n bs B[]\n}\nmodel B {\n id Int @id\n aid Int @ignore\n a A @relation(fields: [aid], references: [id])\n}`
  expect(() => dataModelOf(datasource('postgresql') + ignored)).toThrow('`B.aid` is ignored')
})

test('reads a file, or all files of a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'data-model-'))
  try {
    await writeFile(join(folder, 'base.prisma'), datasource('postgresql'))
    await writeFile(join(folder, 'b.prisma'), 'model B {\n  id Int @id\n  a A[]\n}\n')
    await writeFile(
      join(folder, 'a.prisma'),
      'model A {\n  id Int @id\n  bid Int\n  b B @relation(fields: [bid], references: [id])\n}\n',
    )
    expect([...(await readDataModel(folder)).entities.keys()].sort()).toEqual(['A', 'B'])
    await writeFile(join(folder, 'c.prisma'), 'model C {\n')
    await expect(readDataModel(folder)).rejects.toThrow('c.prisma')
    await expect(readDataModel(join(folder, 'none'))).rejects.toThrow('cannot be read (ENOENT)')
  } finally {
    await rm(folder, { recursive: true })
  }
  const demo = await readDataModel(fileURLToPath(new URL('../../prisma/schema.prisma', import.meta.url)))
  expect(demo.entities.get('Customer')?.key).toEqual(['id'])
})
