import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { ask, tokensOf } from '../gateway.ts'
import { openFaultProxy } from './fault-proxy.ts'
import { type GatewayProcess, spawnGateway } from './gateway-process.ts'
import { CLERK } from './kill-gateways.ts'
import { startLoad } from './load.ts'
import { watchLog } from './watched-log.ts'

let database: TestDatabase
let dataDir: string
let gateway: GatewayProcess | undefined
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-stop-'))
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})
afterEach(() => gateway?.kill('SIGKILL'))

async function start(env: Readonly<Record<string, string>> = {}): Promise<string> {
  gateway = spawnGateway({ env: { DATABASE_URL: database.url, DATA_DIR: dataDir, ...env } })
  return gateway.ready()
}

/** @returns the seconds that it took */
async function stopped(by: NodeJS.Signals = 'SIGTERM'): Promise<number> {
  const since = performance.now()
  const exit = await gateway?.kill(by)
  expect(exit, gateway?.output()).toEqual({ code: 0, signal: null })
  return (performance.now() - since) / 1000
}

const QUERY = '{ customers(first: 1) { nodes { id } } }'

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: what is under way is answered and on record',
  async (signal) => {
    const url = await start()
    const log = watchLog(database.url)
    const token = await tokensOf(dataDir)(CLERK)
    const load = startLoad({ url, token, concurrency: 64, name: signal })
    await load.answered(200)
    expect(load.inFlight).toBeGreaterThanOrEqual(50)
    expect(await stopped(signal)).toBeLessThan(5)
    const outcomes = await load.stop()
    await log.readOn()
    expect(log.objections(outcomes)).toEqual([])
    // A connection may be closed under a request that nobody has read yet, but never under an answer.
    expect(log.unclaimed(outcomes)).toBe(0)
    expect(outcomes.filter(({ kind }) => kind === 'denied')).toEqual([])
  },
)

test('a slow read is answered, and meanwhile nobody new is let in', async () => {
  const url = await start()
  const token = await tokensOf(dataDir)(CLERK)
  const [blocker, watcher] = [await connected(), await connected()]
  await blocker.query('BEGIN; LOCK TABLE customer')
  const slow = ask(url, token, { query: QUERY, purpose: 'BILLING' })
  await expect.poll(() => waitsForLock(watcher), { timeout: 10_000 }).toBe(true)
  const end = stopped()
  await expect.poll(() => admits(url), { timeout: 5_000 }).toBe(false)
  await delay(1_500)
  await blocker.query('ROLLBACK')
  await Promise.all([blocker.end(), watcher.end()])
  expect((await slow).status).toBe(200)
  expect(await end).toBeLessThan(5)
})

test('clients that hang in the middle of a request, or keep their connection, hold nothing up', async () => {
  const url = new URL(await start())
  const token = await tokensOf(dataDir)(CLERK)
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n`
  const sockets: Socket[] = []
  for (const sent of ['', 'POST /gra', `${head.slice(0, -2)}`, head, `${head}{"query":`]) {
    const socket = connect(Number(url.port), url.hostname)
    socket.on('error', () => undefined)
    if (sent !== '') socket.write(sent)
    sockets.push(socket)
  }
  const agent = new Agent({ keepAlive: true })
  await new Promise((resolve) =>
    request(new URL('/healthz', url), { agent }, (response) => response.resume().on('end', resolve)).end(),
  )
  await delay(200)
  expect(await stopped()).toBeLessThan(5)
  agent.destroy()
  for (const socket of sockets) socket.destroy()
})

test('a database that hangs holds nothing up', async () => {
  const { hostname, port } = new URL(database.url)
  const proxy = await openFaultProxy(hostname, Number(port))
  const through = new URL(database.url)
  through.port = String(proxy.port)
  const url = await start({
    DATABASE_URL: through.href,
    STATEMENT_TIMEOUT_MS: '1500',
    AUDIT_DEADLINE_MS: '1500',
  })
  const token = await tokensOf(dataDir)(CLERK)
  expect((await ask(url, token, { query: QUERY, purpose: 'BILLING' })).status).toBe(200)
  proxy.rule = () => 'stall'
  const asked = ask(url, token, { query: QUERY, purpose: 'BILLING' })
  await delay(100)
  expect(await stopped()).toBeLessThan(9)
  expect([503, 504]).toContain((await asked).status)
  await proxy.close()
})

function admits(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function waitsForLock(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)
  return rowCount !== 0
}
