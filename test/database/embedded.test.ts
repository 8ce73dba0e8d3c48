import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../../src/database/embedded.ts'
import { startOwnCluster } from '../server-cluster.ts'
import {
  eventually,
  kill,
  killHolders,
  processesOf,
  query,
  spawnHolder,
  startHolder,
} from './embedded-processes.ts'

let dataDir = ''
let top = ''
const lines: string[] = []
const start = (options: { readonly ephemeral?: boolean } = {}) =>
  startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line), ...options })

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'purpose-gateway-embedded-'))
  await chmod(top, 0o711)
  dataDir = join(top, 'data dir')
  lines.length = 0
})

afterEach(async () => {
  killHolders()
  await eventually(() => processesOf(top).length === 0, 'all processes of the test are gone')
  await rm(top, { recursive: true, force: true })
})

async function guardianPid(): Promise<number> {
  const { guardian } = JSON.parse(await readFile(join(dataDir, 'postgres.lock'), 'utf8'))
  return guardian.pid
}

describe('a cluster', () => {
  test('is made once, durable, deterministic and closed', async () => {
    const first = await start()
    const [settings] = await query(
      first.url('postgres'),
      `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('fsync') AS fsync,
        current_setting('synchronous_commit') AS commit, current_setting('data_checksums') AS checksums,
        current_setting('password_encryption') AS passwords, current_setting('listen_addresses') AS addresses,
        datlocprovider AS provider, datlocale AS locale, pg_encoding_to_char(encoding) AS encoding
        FROM pg_database WHERE datname = 'postgres'`,
    )
    expect(settings).toEqual({
      major: 18,
      fsync: 'on',
      commit: 'on',
      checksums: 'on',
      passwords: 'scram-sha-256',
      addresses: '127.0.0.1',
      provider: 'b',
      locale: 'C.UTF-8',
      encoding: 'UTF8',
    })
    const stranger = new URL(first.url('postgres'))
    stranger.password = 'guess'
    await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600)
    await first.ensureDatabase('gateway "x"')
    await first.ensureDatabase('gateway "x"')
    await query(first.url('gateway "x"'), 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.stop()

    const second = await start()
    expect(await query(second.url('gateway "x"'), 'SELECT n FROM kept')).toEqual([{ n: 7 }])
    expect(lines).toEqual(['creating the embedded database'])
    await second.stop()
  })

  test('half made is made again', async () => {
    const child = spawnHolder(dataDir)
    const home = join(dataDir, 'postgres')
    await eventually(() => processesOf(join(home, 'making-')).length > 0, 'initdb runs')
    await kill(child, 'SIGKILL')
    expect(await readdir(home)).not.toContain('data')
    const server = await start()
    expect(await query(server.url('postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    expect(await readdir(home)).toContain('data')
    await eventually(() => processesOf(join(home, 'making-')).length === 0, 'initdb ended')
    await server.stop()
    expect((await readdir(home)).filter((name) => name.startsWith('making'))).toEqual([])
  })

  test('whose password or version does not fit is left alone, with a word on what to do', async () => {
    await (await start()).stop()
    const password = await readFile(join(dataDir, 'postgres-password'))
    await rm(join(dataDir, 'postgres-password'))
    await expect(start()).rejects.toThrow('postgres-password` is missing')
    await writeFile(join(dataDir, 'postgres-password'), password)
    await writeFile(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '17\n')
    await expect(start()).rejects.toThrow('is of PostgreSQL 17, the installed one is 18')
  })

  test('that cannot start says why and where its log is', async () => {
    await (await start()).stop()
    await writeFile(join(dataDir, 'postgres', 'data', 'postgresql.conf'), 'no_such_setting = 1\n')
    await expect(start()).rejects.toThrow(/no_such_setting.*see `.*postgres\.log`/)
    expect(processesOf(top)).toEqual([])
    expect(await readdir(dataDir)).not.toContain('postgres.lock')
  })
})

describe('no process is left', () => {
  test('by stop, and no folder by an ephemeral one', async () => {
    const server = await start({ ephemeral: true })
    expect(processesOf(top)).toContain(server.pid)
    await Promise.all([server.stop(), server.stop()])
    expect(processesOf(top)).toEqual([])
    expect(await readdir(top)).toEqual([])
  })

  test.each(['end', 'throw'] as const)('when the gateway ends by itself: %s', async (afterwards) => {
    const holder = await startHolder(dataDir, afterwards)
    await eventually(() => processesOf(top).length === 0, 'everything is gone')
    await eventually(() => holder.child.exitCode !== null, 'the end of the gateway is reported')
    expect(holder.child.exitCode).toBe(afterwards === 'end' ? 0 : 1)
    // An orderly shutdown, not a crash.
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down')
  })

  test('when the gateway is killed, and the next one finds all that was committed', async () => {
    const holder = await startHolder(dataDir)
    await query(holder.url, 'CREATE TABLE kept AS SELECT 7 AS n')
    await kill(holder.child, 'SIGKILL')
    const server = await start()
    expect(server.adopted).toBe(false)
    expect(await query(server.url('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 7 }])
    await server.stop()
  })

  test('and Ctrl-C, which reaches the whole group, does not reach the server before the gateway stops it', async () => {
    const { child, url } = await startHolder(dataDir)
    const group = (pid: number | undefined) => spawnedGroup(pid)
    expect(await group(processesOf(join(dataDir, 'postgres', 'data'))[0])).not.toBe(await group(child.pid))
    process.kill(-(child.pid ?? 0), 'SIGSTOP')
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    process.kill(-(child.pid ?? 0), 'SIGINT')
    process.kill(-(child.pid ?? 0), 'SIGCONT')
    await eventually(() => processesOf(top).length === 0, 'everything is gone')
  })
})

async function spawnedGroup(pid: number | undefined): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]
}

describe('a start', () => {
  test('adopts the server of a gateway that was killed together with its guardian', async () => {
    const holder = await startHolder(dataDir)
    process.kill(await guardianPid(), 'SIGKILL')
    await kill(holder.child, 'SIGKILL')
    const server = await start()
    expect(server).toMatchObject({ adopted: true, pid: holder.pid })
    expect(server.url('postgres')).toBe(holder.url)
    await server.stop()
    expect(processesOf(top)).toEqual([])
  })

  test('copes with the pid file of a crash, whose number now belongs to another process', async () => {
    const holder = await startHolder(dataDir)
    process.kill(await guardianPid(), 'SIGKILL')
    process.kill(holder.pid, 'SIGKILL')
    await kill(holder.child, 'SIGKILL')
    const file = join(dataDir, 'postgres', 'data', 'postmaster.pid')
    const other = spawn('sleep', ['60'])
    await writeFile(file, (await readFile(file, 'utf8')).replace(String(holder.pid), String(other.pid)))
    const server = await start()
    expect(server.adopted).toBe(false)
    await server.stop()
    expect(other.exitCode).toBeNull()
    other.kill()
  })

  test('of a second gateway is refused while the first lives, whoever it is', async () => {
    const holder = await startHolder(dataDir)
    await expect(start()).rejects.toThrow(`in use by process ${holder.child.pid}`)
    expect(await query(holder.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    await kill(holder.child, 'SIGTERM')
    const server = await start()
    await expect(start()).rejects.toThrow(`in use by process ${process.pid}`)
    await server.stop()
  })

  test('of two gateways at once gives one server', async () => {
    const results = await Promise.allSettled([
      startHolder(dataDir),
      startHolder(dataDir),
      startHolder(dataDir),
    ])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toContain('in use by process')
  })

  test('does not take a lock for held that names the number of another process', async () => {
    await mkdir(dataDir)
    const stale = { gateway: { pid: process.ppid, identity: 'before the reboot' } }
    await writeFile(join(dataDir, 'postgres.lock'), JSON.stringify(stale))
    await (await start()).stop()
  })
})

describe.runIf(process.getuid?.() === 0)('as root, in a folder that only root may enter', () => {
  const locationOf = async (): Promise<string> =>
    JSON.parse(await readFile(join(dataDir, 'postgres-location.json'), 'utf8')).folder

  test('the cluster lies elsewhere, is found again, and goes when DATA_DIR was deleted', async () => {
    await chmod(top, 0o700)
    const first = await start()
    await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.stop()
    const before = await locationOf()
    const second = await start()
    expect(await query(second.url('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 7 }])
    await second.stop()
    await rm(dataDir, { recursive: true })
    const fresh = await start({ ephemeral: true })
    expect(await locationOf()).not.toBe(before)
    expect(await stat(before).catch(() => 'gone')).toBe('gone')
    await expect(query(fresh.url('postgres'), 'SELECT n FROM kept')).rejects.toMatchObject({ code: '42P01' })
    const after = await locationOf()
    await fresh.stop()
    const left = await readdir(dirname(after))
    expect(left.filter((name) => [before, after].some((home) => name.startsWith(basename(home))))).toEqual([])
  })
})

test('a server that crashes is told of, and restarts on its port with what was committed', async () => {
  const cluster = await startOwnCluster()
  const url = cluster.url('postgres')
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS n')
  await cluster.crash()
  await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await cluster.restart()
  expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
  await cluster.crash()
  await cluster.restart()
  expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
  await cluster.stop()
})
