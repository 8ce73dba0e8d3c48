import type { TestProject } from 'vitest/node'
import { startOwnCluster } from './server-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the database `postgres` on the server of this run. */
    readonly testServer: string
  }
}

/**
 * One throw-away server per run, as durable as a real one; it and its folder go with the run, however that ends. Who runs
 * many (`test/seeded-faults/`) gives the URL of one for them all.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { TEST_SERVER_URL: given } = process.env
  if (given !== undefined) {
    project.provide('testServer', given)
    return undefined
  }
  const server = await startOwnCluster({ max_connections: '300' })
  project.provide('testServer', server.url('postgres'))
  return () => server.stop()
}
