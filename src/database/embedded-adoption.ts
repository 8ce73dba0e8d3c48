import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, SUPERUSER } from './embedded-cluster.ts'
import { type Server, watchServer } from './embedded-server.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { commandLine, isAlive } from './process-identity.ts'

const ANSWER_TIMEOUT_MS = 60_000

/**
 * The server that still runs on `cluster` because both the gateway that started it and its guardian were killed. It is
 * taken over when it lets us in and serves this very folder; one that is going down is waited for.
 * @returns undefined when none runs and a new one may be started
 * @throws when something runs that is neither ours to take nor ours to end
 */
export async function adoptServer(cluster: Cluster): Promise<Server | undefined> {
  const deadline = Date.now() + ANSWER_TIMEOUT_MS
  for (;;) {
    const file = await readPostmasterFile(cluster.folder)
    // The file of a dead process is PostgreSQL's to judge: it also looks for surviving children.
    if (file === undefined || !isAlive(file.pid)) return undefined
    const command = commandLine(file.pid)
    if (command !== undefined && !command.includes(`-D ${cluster.folder} `)) {
      // The machine crashed, and the number now belongs to something else, for which PostgreSQL would refuse to start.
      await rm(join(cluster.folder, 'postmaster.pid'), { force: true })
      return undefined
    }
    if (await serves(cluster, file.port)) return watchServer(file.pid, file.port)
    if (Date.now() > deadline) {
      if (command === undefined)
        throw new Error(`process ${file.pid} holds \`${cluster.folder}\` and does not answer; end it first`)
      process.kill(file.pid, 'SIGQUIT')
    }
    await sleep(50)
  }
}

async function serves(cluster: Cluster, port: number): Promise<boolean> {
  if (!Number.isInteger(port) || port <= 0) return false
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: cluster.password,
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
    return rows[0]?.data_directory === cluster.folder
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
