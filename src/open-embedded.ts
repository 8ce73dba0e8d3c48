import { startEmbeddedPostgres } from './database/embedded.ts'
import type { ServeOptions, Undo } from './serve-options.ts'

/** The gateway's own PostgreSQL with the demo data; started again if it dies under us. */
export async function openEmbedded(
  { config, log, stop }: Pick<ServeOptions, 'config' | 'log' | 'stop'>,
  opened: Undo[],
): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  opened.push(() => postgres.stop())
  stop?.throwIfAborted()
  postgres.onExit(() => {
    log('the embedded database went away; starting it again')
    postgres.restart().catch(() => log('the embedded database cannot be started again; see its log'))
  })
  await postgres.ensureDatabase('demo')
  const url = postgres.url('demo')
  const { fillDemo } = await import('./database/fill-demo.ts')
  await fillDemo(url, config.seedCustomers, log)
  return url
}
