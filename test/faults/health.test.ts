import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts'

let databases: readonly TestDatabase[]
let proxies: Readonly<Record<'governed' | 'audit', FaultProxy>>
let gateway: TestGateway
beforeAll(async () => {
  databases = [await createTestDatabase({ template: 'demo' }), await createTestDatabase()]
  const [governed, audit] = await Promise.all(databases.map(({ url }) => proxied(url)))
  if (!governed || !audit) throw new Error('two databases, two proxies')
  proxies = { governed: governed.proxy, audit: audit.proxy }
  gateway = await startTestGateway({ databaseUrl: governed.url, env: { AUDIT_DATABASE_URL: audit.url } })
})
afterAll(async () => {
  await gateway?.close()
  await Promise.all(Object.values(proxies).map((proxy) => proxy.close()))
  await Promise.all(databases.map((database) => database.drop()))
})
afterEach(() => {
  for (const proxy of Object.values(proxies)) {
    proxy.rule = undefined
    proxy.refusing = false
    proxy.cut()
    proxy.resume()
  }
})

async function proxied(url: string) {
  const through = new URL(url)
  const proxy = await openFaultProxy(through.hostname, Number(through.port))
  through.port = String(proxy.port)
  return { proxy, url: through.href }
}

async function status(path: string): Promise<number> {
  return (await fetch(new URL(path, gateway.url))).status
}

test('`/healthz` never touches a database', async () => {
  await expect.poll(() => status('/readyz'), { timeout: 5_000 }).toBe(200)
  // Nothing goes through to either any more, and nobody is told: whoever asked a database would wait.
  for (const proxy of Object.values(proxies)) proxy.rule = () => 'stall'
  for (let i = 0; i < 50; i++) expect(await status('/healthz')).toBe(200)
  expect(await status('/readyz')).toBe(503)
})

const FAULTS: readonly [string, (proxy: FaultProxy) => void][] = [
  [
    'refuses connections',
    (proxy) => {
      proxy.refusing = true
      proxy.cut()
    },
  ],
  [
    'hangs',
    (proxy) => {
      proxy.rule = () => 'stall'
    },
  ],
]

test.each(
  FAULTS.flatMap(([what, fault]) =>
    (['governed', 'audit'] as const).map((which) => ({ which, what, fault })),
  ),
)(
  'the $which database $what: alive and not ready; ready by itself when it is back',
  async ({ which, fault }) => {
    await expect.poll(() => status('/readyz'), { timeout: 10_000 }).toBe(200)
    fault(proxies[which])
    const since = performance.now()
    expect(await status('/readyz')).toBe(503)
    expect(performance.now() - since).toBeLessThan(4_000)
    expect(await status('/healthz')).toBe(200)
    proxies[which].rule = undefined
    proxies[which].refusing = false
    proxies[which].cut()
    await expect.poll(() => status('/readyz'), { timeout: 5_000, interval: 100 }).toBe(200)
  },
)
