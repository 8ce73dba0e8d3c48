import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../src/database/embedded.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the database `postgres` on the server of this run. */
    readonly testServer: string
  }
}

/** One throw-away server per run, as durable as a real one; it and its folder go with the run, however that ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
  const settings = { max_connections: '300' }
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true, settings })
  project.provide('testServer', server.url('postgres'))
  return () => server.stop()
}
