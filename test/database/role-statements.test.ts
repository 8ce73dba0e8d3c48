import { expect, test } from 'vitest'
import type { RoleSpec } from '../../src/database/role-spec.ts'
import type { Held, RoleState } from '../../src/database/role-state.ts'
import { roleStatements } from '../../src/database/role-statements.ts'

const spec: RoleSpec = {
  name: 'gateway_reader_shop',
  grants: [
    { table: { schema: undefined, name: 'customer' }, privileges: ['SELECT'], columns: ['id', 'na"me'] },
    { table: { schema: 'gateway', name: 'log' }, privileges: ['SELECT', 'INSERT'], columns: undefined },
  ],
  searchPath: ['app', 'pg_temp'],
  schemas: ['types'],
  settings: { jit: 'off' },
}
const nothing: RoleState = {
  exists: false,
  canLogin: false,
  attributes: [],
  memberOf: [],
  settings: new Map(),
  database: 'shop',
  held: [],
}
const held = (on: Held['on'], privilege: string, at: Partial<Held> = {}): Held => ({
  on,
  privilege,
  schema: null,
  table: null,
  columns: null,
  public: false,
  ...at,
})
const customer = { schema: 'app', table: 'customer' }
const log = { schema: 'gateway', table: 'log' }
const complete: RoleState = {
  ...nothing,
  exists: true,
  canLogin: true,
  settings: new Map([
    ['jit', 'off'],
    ['search_path', 'app, pg_temp'],
  ]),
  held: [
    held('database', 'CONNECT', { public: true }),
    held('schema', 'USAGE', { schema: 'types' }),
    held('schema', 'USAGE', { schema: 'app' }),
    held('schema', 'USAGE', { schema: 'gateway' }),
    held('columns', 'SELECT', { ...customer, columns: ['id', 'na"me'] }),
    held('table', 'SELECT', log),
    held('table', 'INSERT', log),
  ],
}

test('from nothing: one statement for each object', () => {
  expect(roleStatements(spec, nothing, 'SCRAM')).toEqual([
    `CREATE ROLE "gateway_reader_shop" LOGIN NOINHERIT PASSWORD 'SCRAM'`,
    `ALTER ROLE "gateway_reader_shop" IN DATABASE "shop" SET jit TO 'off'`,
    `ALTER ROLE "gateway_reader_shop" IN DATABASE "shop" SET search_path TO "app", "pg_temp"`,
    'GRANT CONNECT ON DATABASE "shop" TO "gateway_reader_shop"',
    'GRANT USAGE ON SCHEMA "types" TO "gateway_reader_shop"',
    'GRANT USAGE ON SCHEMA "app" TO "gateway_reader_shop"',
    'GRANT USAGE ON SCHEMA "gateway" TO "gateway_reader_shop"',
    'GRANT SELECT ("id", "na""me") ON TABLE "app"."customer" TO "gateway_reader_shop"',
    'GRANT SELECT, INSERT ON TABLE "gateway"."log" TO "gateway_reader_shop"',
  ])
})

test('nothing where nothing differs', () => {
  expect(roleStatements(spec, complete, undefined)).toEqual([])
})

test('a table privilege in place of columns is taken away, and with it go the columns, so they are given again', () => {
  const state = {
    ...complete,
    held: [...complete.held, held('table', 'SELECT', customer), held('table', 'TRUNCATE', log)],
  }
  expect(roleStatements(spec, state, undefined)).toEqual([
    'REVOKE SELECT ON TABLE "app"."customer" FROM "gateway_reader_shop"',
    'REVOKE TRUNCATE ON TABLE "gateway"."log" FROM "gateway_reader_shop"',
    'GRANT SELECT ("id", "na""me") ON TABLE "app"."customer" TO "gateway_reader_shop"',
  ])
})

test('what everybody may do is left alone; attributes, memberships and foreign settings go', () => {
  const state: RoleState = {
    ...complete,
    attributes: ['SUPERUSER'],
    memberOf: ['pg_read_all_data'],
    settings: new Map([...complete.settings, ['role', 'postgres']]),
    held: [
      ...complete.held,
      held('database', 'TEMPORARY', { public: true }),
      held('columns', 'UPDATE', { ...customer, columns: ['id'] }),
    ],
  }
  expect(roleStatements(spec, state, 'NEW')).toEqual([
    `ALTER ROLE "gateway_reader_shop" LOGIN PASSWORD 'NEW'`,
    'ALTER ROLE "gateway_reader_shop" NOSUPERUSER',
    'REVOKE "pg_read_all_data" FROM "gateway_reader_shop"',
    'ALTER ROLE "gateway_reader_shop" IN DATABASE "shop" RESET role',
    'REVOKE UPDATE ("id") ON TABLE "app"."customer" FROM "gateway_reader_shop"',
  ])
})

test('columns come and go one by one', () => {
  const others = complete.held.filter(({ on }) => on !== 'columns')
  const state = {
    ...complete,
    held: [...others, held('columns', 'SELECT', { ...customer, columns: ['id', 'cpr', 'email'] })],
  }
  expect(roleStatements(spec, state, undefined)).toEqual([
    'REVOKE SELECT ("cpr", "email") ON TABLE "app"."customer" FROM "gateway_reader_shop"',
    'GRANT SELECT ("na""me") ON TABLE "app"."customer" TO "gateway_reader_shop"',
  ])
})

test('what is specified twice for a table is all of it', () => {
  const table = { schema: 'gateway', name: 'log' }
  const grants = [
    { table, privileges: ['UPDATE'] as const, columns: ['a', 'b'] },
    { table, privileges: ['UPDATE'] as const, columns: ['b', 'c'] },
  ]
  const twice = { ...spec, grants: [...spec.grants, ...grants] }
  expect(roleStatements(twice, complete, undefined)).toEqual([
    'GRANT UPDATE ("a", "b", "c") ON TABLE "gateway"."log" TO "gateway_reader_shop"',
  ])
  const state = {
    ...complete,
    held: [...complete.held, held('columns', 'UPDATE', { ...log, columns: ['c', 'b', 'a'] })],
  }
  expect(roleStatements(twice, state, undefined)).toEqual([])
})
