import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/database/embedded.ts'

export interface TestServer {
  /** Superuser's URL of the database `postgres`. */
  readonly url: string
  stop(): Promise<void>
}

/** A throw-away server, as durable as a real one; it and its folder go with this process, however that ends. */
export async function startTestServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
  const settings = { max_connections: '300' }
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true, settings })
  return { url: server.url('postgres'), stop: () => server.stop() }
}
