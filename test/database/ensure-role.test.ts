import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { auditorRole } from '../../src/database/auditor-role.ts'
import { connectionUrlOf } from '../../src/database/connection-url.ts'
import { ensureRole } from '../../src/database/ensure-role.ts'
import { roleName } from '../../src/database/role-name.ts'
import { rolePassword } from '../../src/database/role-password.ts'
import type { RoleSpec } from '../../src/database/role-spec.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

const secret = 'a secret of at least 32 characters!!'
let database: TestDatabase
let owner: pg.Client
const clients: pg.Client[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  owner = await connect(database.url)
  await owner.query(`
    CREATE SCHEMA "Odd Schema"; CREATE SCHEMA gateway;
    CREATE TABLE "Odd Schema"."t ""1" ("id" int PRIMARY KEY, "name" text, "hidden" text);
    INSERT INTO "Odd Schema"."t ""1" VALUES (1, 'visible', 'hidden');
    CREATE TABLE "plain" ("id" int, "a" text); CREATE TABLE "other" ("id" int);
    CREATE TABLE gateway.log ("id" int); CREATE TABLE gateway.head ("size" int); CREATE TABLE gateway.salt ("id" int);`)
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()))
  await owner.query(`DROP OWNED BY ${pg.escapeIdentifier(reader.name())}`).catch(() => undefined)
})
afterAll(async () => {
  await owner.end()
  await database.drop()
})

const reader = {
  name: () => roleName('reader', database.name),
  spec: (changes: Partial<RoleSpec> = {}): RoleSpec => ({
    name: reader.name(),
    grants: [
      { table: { schema: 'Odd Schema', name: 't "1' }, privileges: ['SELECT'], columns: ['id', 'name'] },
      { table: { schema: undefined, name: 'plain' }, privileges: ['SELECT'], columns: ['id', 'a'] },
    ],
    searchPath: ['public', 'pg_temp'],
    schemas: [],
    settings: { default_transaction_read_only: 'on', statement_timeout: '60s', jit: 'off' },
    ...changes,
  }),
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
async function connectAs(role: string, password = rolePassword(secret, role)): Promise<pg.Client> {
  const client = await connect(connectionUrlOf(database.url, role, password))
  clients.push(client)
  return client
}
const ensure = (spec: RoleSpec, withSecret = secret) =>
  ensureRole(owner, spec, { url: database.url, secret: withSecret })

async function stateOf(client: pg.Client, sql: string): Promise<string> {
  return client.query(sql).then(
    () => 'done',
    (error: pg.DatabaseError) => error.code ?? 'no state',
  )
}

test('the reader reads governed columns and nothing else', async () => {
  await ensure(reader.spec())
  const client = await connectAs(reader.name())
  const { rows } = await client.query(`SELECT "id", "name", count(*) OVER () AS n FROM "Odd Schema"."t ""1"`)
  expect(rows).toEqual([{ id: 1, name: 'visible', n: '1' }])
  const denied = '42501'
  expect(await stateOf(client, `SELECT "hidden" FROM "Odd Schema"."t ""1"`)).toBe(denied)
  expect(await stateOf(client, `SELECT * FROM "Odd Schema"."t ""1"`)).toBe(denied)
  expect(await stateOf(client, `SELECT t::text FROM "Odd Schema"."t ""1" t`)).toBe(denied)
  expect(await stateOf(client, `SELECT 1 FROM "Odd Schema"."t ""1" WHERE "hidden" = 'x'`)).toBe(denied)
  expect(await stateOf(client, 'SELECT FROM "other"')).toBe(denied)
  expect(await stateOf(client, 'SELECT FROM gateway.log')).toBe(denied)
})

test('the reader cannot write, not even after making its session writable', async () => {
  await ensure(reader.spec())
  const client = await connectAs(reader.name())
  const writes = [
    `INSERT INTO "plain" VALUES (1)`,
    `UPDATE "plain" SET "id" = 1`,
    'DELETE FROM "plain"',
    'TRUNCATE "plain"',
    `COPY "plain" FROM STDIN`,
    'CREATE TABLE "mine" ()',
    'CREATE SCHEMA "mine"',
    'DROP TABLE "plain"',
  ]
  for (const sql of writes.slice(0, 3)) expect(await stateOf(client, sql)).toBe('25006')
  expect(await stateOf(client, 'CREATE TEMP TABLE "mine" ()')).toBe('25006')
  await client.query('SET default_transaction_read_only = off')
  for (const sql of writes) expect([sql, await stateOf(client, sql)]).toEqual([sql, '42501'])
  expect(await stateOf(client, `ALTER ROLE ${pg.escapeIdentifier(reader.name())} SUPERUSER`)).toBe('42501')
})

test('settings hold from login on', async () => {
  await ensure(reader.spec())
  const client = await connectAs(reader.name())
  const { rows } = await client.query(
    `SELECT current_setting('default_transaction_read_only') AS ro, current_setting('search_path') AS path,
            current_setting('statement_timeout') AS timeout, current_setting('jit') AS jit`,
  )
  expect(rows).toEqual([{ ro: 'on', path: 'public, pg_temp', timeout: '1min', jit: 'off' }])
})

test('what is no longer governed is taken away, what was added by hand as well', async () => {
  await ensure(reader.spec())
  const role = pg.escapeIdentifier(reader.name())
  await owner.query(`
    GRANT SELECT, INSERT ON "plain" TO ${role}; GRANT ALL ON "other" TO ${role}; GRANT USAGE ON SCHEMA gateway TO ${role};
    GRANT TEMP, CREATE ON DATABASE ${database.name} TO ${role}; GRANT pg_read_all_data TO ${role};
    ALTER ROLE ${role} CREATEDB BYPASSRLS; ALTER ROLE ${role} IN DATABASE ${database.name} SET work_mem TO '1GB';
    ALTER ROLE ${role} IN DATABASE ${database.name} SET default_transaction_read_only TO off`)
  await ensure(
    reader.spec({
      grants: [{ table: { schema: undefined, name: 'plain' }, privileges: ['SELECT'], columns: ['id'] }],
    }),
  )

  const client = await connectAs(reader.name())
  expect(await stateOf(client, 'SELECT "id" FROM "plain"')).toBe('done')
  expect(await stateOf(client, 'SELECT "a" FROM "plain"')).toBe('42501')
  expect(await stateOf(client, 'SELECT FROM "other"')).toBe('42501')
  expect(await stateOf(client, `SELECT "id" FROM "Odd Schema"."t ""1"`)).toBe('42501')
  const { rows } = await owner.query(
    `SELECT rolcreatedb, rolbypassrls, pg_has_role(oid, 'pg_read_all_data', 'MEMBER') AS member,
            has_schema_privilege(oid, 'gateway', 'USAGE') AS usage,
            has_database_privilege(oid, current_database(), 'CREATE') AS create,
            (SELECT setconfig FROM pg_db_role_setting WHERE setrole = r.oid) AS settings
       FROM pg_roles r WHERE rolname = $1`,
    [reader.name()],
  )
  expect(rows).toEqual([
    {
      rolcreatedb: false,
      rolbypassrls: false,
      member: false,
      usage: false,
      create: false,
      settings: expect.arrayContaining(['default_transaction_read_only=on']),
    },
  ])
  expect(JSON.stringify(rows)).not.toContain('work_mem')
})

test('the second time nothing is written', async () => {
  await ensure(reader.spec())
  const xmin = `SELECT (SELECT xmin::text FROM pg_authid WHERE rolname = $1) AS role,
    (SELECT xmin::text FROM pg_class WHERE relname = 'plain') AS plain, pg_current_xact_id_if_assigned() AS own`
  const before = (await owner.query(xmin, [reader.name()])).rows
  await ensure(reader.spec())
  expect((await owner.query(xmin, [reader.name()])).rows).toEqual(before)
})

test('a wrong password is repaired; the password itself never reaches the server as text', async () => {
  await ensure(reader.spec(), 'another secret of more than 32 characters')
  await expect(connectAs(reader.name())).rejects.toMatchObject({ code: '28P01' })
  const statements: string[] = []
  const query = owner.query.bind(owner)
  Reflect.set(owner, 'query', (...args: Parameters<typeof query>) => {
    statements.push(JSON.stringify(args))
    return query(...args)
  })
  await ensure(reader.spec())
  Reflect.deleteProperty(owner, 'query')
  await connectAs(reader.name())
  expect(statements.join()).toContain('SCRAM-SHA-256$4096:')
  expect(statements.join()).not.toContain(rolePassword(secret, reader.name()))
})

test('many gateways at once agree', async () => {
  const owners = await Promise.all(Array.from({ length: 8 }, () => connect(database.url)))
  const noise = await connect(database.url)
  let busy = true
  // Another program that keeps rewriting the same catalog rows.
  const grants = (async () => {
    while (busy)
      await noise.query(
        'GRANT SELECT ON "plain", "other" TO PUBLIC; REVOKE SELECT ON "plain", "other" FROM PUBLIC',
      )
  })()
  try {
    await Promise.all(
      owners.map((client) => ensureRole(client, reader.spec(), { url: database.url, secret })),
    )
  } finally {
    busy = false
    await grants
    await Promise.all([noise, ...owners].map((client) => client.end()))
  }
  expect(await stateOf(await connectAs(reader.name()), 'SELECT "id", "a" FROM "plain"')).toBe('done')
})

test('another program that changes the same catalog rows only delays', async () => {
  await ensure(reader.spec({ grants: [] }))
  const other = await connect(database.url)
  clients.push(other)
  await other.query(
    'BEGIN; GRANT SELECT ("a") ON "plain" TO PUBLIC; REVOKE SELECT ("a") ON "plain" FROM PUBLIC',
  )
  const ensured = ensure(reader.spec())
  const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
  await expect.poll(async () => (await other.query(waiting)).rows[0].n).toBe(1)
  await other.query('COMMIT')
  await ensured
  expect(await stateOf(await connectAs(reader.name()), 'SELECT "id", "a" FROM "plain"')).toBe('done')
})

test('an owner without CREATEROLE is told what an administrator can run, and starts once that is done', async () => {
  const plainOwner = pg.escapeIdentifier(`plain_owner_${database.name}`)
  await owner.query(
    `CREATE ROLE ${plainOwner} LOGIN PASSWORD 'owner'; ALTER TABLE "plain" OWNER TO ${plainOwner}`,
  )
  const url = connectionUrlOf(database.url, plainOwner.slice(1, -1), 'owner')
  const limited = await connect(url)
  clients.push(limited)
  const spec: RoleSpec = {
    ...reader.spec({ grants: reader.spec().grants.slice(1) }),
    name: `limited_reader_${database.name}`,
  }
  const error = await ensureRole(limited, spec, { url, secret }).catch((thrown: unknown) => thrown)
  const message = String(error)
  expect(message).toContain(
    `RolesRefused: the owner of the database may not set up the role \`${spec.name}\``,
  )
  expect(message).not.toContain(rolePassword(secret, spec.name))

  await owner.query(message.slice(message.indexOf('\n\n')))
  await ensureRole(limited, spec, { url, secret })
  expect(await stateOf(await connectAs(spec.name), 'SELECT "a" FROM "plain"')).toBe('done')
})

test('tables and columns that the database does not have are all named', async () => {
  const grants = [
    { table: { schema: undefined, name: 'plain' }, privileges: ['SELECT'] as const, columns: ['id', 'nope'] },
    { table: { schema: 'gone', name: 'table' }, privileges: ['SELECT'] as const, columns: ['x', 'y'] },
  ]
  await expect(ensure(reader.spec({ grants }))).rejects.toThrow(
    'the data model names what the database does not have: `gone.table`, `public.plain.nope`',
  )
})

test('the auditor appends to the log and cannot change it', async () => {
  const table = (name: string) => ({ schema: 'gateway', name })
  const spec = auditorRole(database.name, [
    { table: table('log'), privileges: ['SELECT', 'INSERT'], columns: undefined },
    { table: table('head'), privileges: ['SELECT', 'UPDATE'], columns: undefined },
    { table: table('salt'), privileges: ['SELECT', 'INSERT', 'DELETE'], columns: undefined },
  ])
  await ensure(spec)
  const client = await connectAs(spec.name)
  const states: Record<string, string> = {}
  for (const name of ['log', 'head', 'salt']) {
    const column = name === 'head' ? '"size"' : '"id"'
    states[`INSERT ${name}`] = await stateOf(client, `INSERT INTO gateway.${name} VALUES (1)`)
    states[`SELECT ${name}`] = await stateOf(client, `SELECT * FROM gateway.${name}`)
    states[`UPDATE ${name}`] = await stateOf(client, `UPDATE gateway.${name} SET ${column} = 2`)
    states[`DELETE ${name}`] = await stateOf(client, `DELETE FROM gateway.${name}`)
    states[`TRUNCATE ${name}`] = await stateOf(client, `TRUNCATE gateway.${name}`)
  }
  expect(
    Object.entries(states)
      .filter(([, state]) => state === 'done')
      .map(([sql]) => sql),
  ).toEqual([
    'INSERT log',
    'SELECT log',
    'SELECT head',
    'UPDATE head',
    'INSERT salt',
    'SELECT salt',
    'DELETE salt',
  ])
  expect(new Set(Object.values(states))).toEqual(new Set(['done', '42501']))
  expect(await stateOf(client, 'SELECT FROM public."plain"')).toBe('42501')
  await owner.query(`DROP OWNED BY ${pg.escapeIdentifier(spec.name)}`)
})

test('names of roles stay within what PostgreSQL keeps, and apart', () => {
  const long = 'æ'.repeat(40)
  const names = [roleName('reader', long), roleName('reader', `${long}x`), roleName('auditor', long)]
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63)
  expect(new Set(names).size).toBe(3)
  expect(roleName('reader', 'shop')).toBe('gateway_reader_shop')
})

test('a URL for another user keeps everything else', () => {
  const as = (url: string) => connectionUrlOf(url, 'r', 'p')
  expect(as('postgresql://o:x%40y@h:5433/d?sslmode=require')).toBe(
    'postgresql://r:p@h:5433/d?sslmode=require',
  )
  expect(as('postgres:///d?host=/tmp&user=o&password=x')).toBe('postgres://r:p@/d?host=%2Ftmp')
  expect(as('postgres://h/d')).toBe('postgres://r:p@h/d')
})
