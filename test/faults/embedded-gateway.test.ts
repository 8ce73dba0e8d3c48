import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually, processesOf } from '../database/embedded-processes.ts'
import { ask, tokensOf } from '../gateway.ts'
import { type GatewayProcess, spawnGateway } from './gateway-process.ts'
import { CLERK } from './kill-gateways.ts'

// One DATA_DIR through all that can happen to it, in order.
let dataDir: string
let gateway: GatewayProcess
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-embedded-'))
  // So that the server's user can enter it, and everything is in one folder, where it can be looked for.
  await chmod(dataDir, 0o711)
})
afterEach(() => gateway.kill('SIGKILL'))
afterAll(() => rm(dataDir, { recursive: true, force: true }))

function start(customers = '60'): void {
  gateway = spawnGateway({ env: { DATA_DIR: dataDir, SEED_CUSTOMERS: customers }, ownGroup: true })
}

/** As a terminal does it: to everybody in the group, of whom nobody may be left, nor anybody that they started. */
async function ctrlC(): Promise<void> {
  process.kill(-gateway.pid, 'SIGINT')
  expect(await gateway.exited, gateway.output()).toEqual({ code: 0, signal: null })
  await eventually(() => processesOf(dataDir).length === 0, 'no process is left', 1_000)
}

async function served(url: string): Promise<number> {
  const token = await tokensOf(dataDir)(CLERK)
  const query = '{ customers { totalCount } }'
  const { status, body } = await ask(url, token, { query, purpose: 'BILLING' })
  expect(status).toBe(200)
  return body.data.customers.totalCount
}

test('Ctrl-C while the database is created leaves nothing behind', async () => {
  start()
  await eventually(() => gateway.output().includes('creating the embedded database'), 'it is created')
  await delay(100)
  await ctrlC()
  expect(gateway.output()).not.toContain('ready')
  expect((await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('making-'))).toEqual([])
})

test('Ctrl-C while the demo data is seeded leaves nothing behind', async () => {
  start('5000')
  await eventually(() => gateway.output().includes('seeding demo data'), 'it is seeded', 60_000)
  const since = performance.now()
  await ctrlC()
  expect(performance.now() - since).toBeLessThan(5_000)
  expect(gateway.output()).not.toContain('ready')
}, 90_000)

test('kill -9: the server goes too, and the next start serves what there was', async () => {
  start()
  expect(await served(await gateway.ready())).toBe(60)
  await gateway.kill('SIGKILL')
  // At once, while the guardian may still be at work.
  start()
  expect(await served(await gateway.ready())).toBe(60)
  await ctrlC()
}, 90_000)

test('kill -9 of the embedded server: the gateway starts it again, and is ready again', async () => {
  start()
  const url = await gateway.ready()
  expect(await served(url)).toBe(60)
  const [postmaster] = processesOf(`-D\u0000${dataDir}`)
  if (!postmaster) throw new Error('the server does not run')
  process.kill(postmaster, 'SIGKILL')
  await eventually(() => gateway.output().includes('starting it again'), 'it is noticed')
  await expect.poll(async () => (await fetch(new URL('/readyz', url))).status, { timeout: 10_000 }).toBe(200)
  expect(await served(url)).toBe(60)
  await ctrlC()
}, 90_000)
