import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../../src/package-root.ts'
import { buildBundle } from '../../../src/setup/bundle.mjs'
import { gateway } from '../gateway/peer.ts'
import type { Peer, Setup } from '../peer.ts'

const PROGRAM = 'bench/peers/gateway-without-log/main.ts'
const BUNDLE = 'src/generated/gateway-without-log'
const LOG_DATABASE = 'log_that_stays_empty'

/**
 * The gateway with everything but its log, to tell what the log costs. What it signs is a log of its own that stays empty, so
 * that it does not sign for the real one.
 */
export const gatewayWithoutLog: Peer = {
  ...gateway,
  name: 'gateway-without-log',
  title: 'purpose-gateway, policy, and a log that keeps nothing',
  // Bundled as the gateway is, which makes some percent of difference.
  args: [`${BUNDLE}/main.mjs`],
  async prepare({ createDatabase }) {
    await buildBundle(PACKAGE_ROOT, [PROGRAM], join(PACKAGE_ROOT, BUNDLE))
    await createDatabase(LOG_DATABASE)
  },
  env: async (setup: Setup) => ({
    ...(await gateway.env(setup)),
    AUDIT_DATABASE_URL: logUrlOf(setup.databaseUrl),
  }),
}

function logUrlOf(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.pathname = `/${LOG_DATABASE}`
  return url.href
}
