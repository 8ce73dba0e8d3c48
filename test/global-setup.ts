import type { TestProject } from 'vitest/node'
import { startTestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the database `postgres` on the server of this run. */
    readonly testServer: string
  }
}

/** One server per run; or the one of whoever runs many (`test/seeded-faults/`), who gives its URL. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { TEST_SERVER_URL: given } = process.env
  if (given !== undefined) {
    project.provide('testServer', given)
    return undefined
  }
  const server = await startTestServer()
  project.provide('testServer', server.url)
  return () => server.stop()
}
