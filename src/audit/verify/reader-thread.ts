import { parentPort, workerData } from 'node:worker_threads'
import { SteadyClient } from '../../database/reading-client.ts'
import { logTables } from './log-tables.ts'
import { type LeafRange, readLeaves } from './read-leaves.ts'
import type { SharedSnapshot } from './reader-threads.ts'

/** Says once that it is ready; then answers each range with what was read. */
const { url, snapshot } = workerData as SharedSnapshot
const client = new SteadyClient({ connectionString: url, application_name: 'purpose-gateway audit' })
await client.connect()
await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`)
await client.query('SET LOCAL jit = off')
const tables = logTables(client)
parentPort?.on('message', async (range: LeafRange) => {
  const read = await readLeaves(range, tables)
  parentPort?.postMessage(read, [read.leaves.buffer as ArrayBuffer, read.present.buffer as ArrayBuffer])
})
parentPort?.postMessage('ready')
