import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Access, Receipt } from '../../src/audit/access.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts'
import { accessOf } from './accesses.ts'
import { type LogDatabase, logDatabaseOn, prepareLog } from './log-database.ts'

let server: EmbeddedPostgres
let database: LogDatabase
let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-restart-'))
  server = await startEmbeddedPostgres({ dataDir, log: () => undefined, ephemeral: true })
  await server.ensureDatabase('log')
  const url = server.url('log')
  database = logDatabaseOn(url, await prepareLog(url, 'log'), () => server.stop())
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})

it('kill -9 of the database under load: every receipt stands, and the log is back within five seconds', async () => {
  const log = database.open({ deadlineMs: 1_000 })
  await log.append(accessOf())
  const granted: [Access, readonly Receipt[]][] = []
  let running = true
  let serial = 0
  const clients = Array.from({ length: 32 }, async () => {
    while (running) {
      const access = accessOf({ justification: `mark ${serial++}` })
      const receipts = await log.append(access).catch(() => undefined)
      if (receipts) granted.push([access, receipts])
      else await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const gone = new Promise<void>((resolve) => server.onExit(resolve))
  process.kill(server.pid, 'SIGKILL')
  await gone
  await expect.poll(() => log.accepts(), { timeout: 5_000 }).toBe(false)
  const before = granted.length
  expect(before).toBeGreaterThan(32)

  await server.restart()
  const upAt = performance.now()
  await expect.poll(() => granted.length, { timeout: 10_000, interval: 20 }).toBeGreaterThan(before)
  expect(performance.now() - upAt).toBeLessThan(5_000)
  running = false
  await Promise.all(clients)
  await log.close()

  const rows = await database.rows()
  expect(rows.map((row) => Number(row.index))).toEqual(rows.map((_, i) => i))
  const marks = rows.map((row) => JSON.parse(row.record.toString()).justification)
  expect(new Set(marks).size).toBe(marks.length)
  for (const [access, receipts] of granted)
    expect(marks[Number(receipts[0]?.index)]).toBe(access.justification)
}, 60_000)
