import { gateway } from '../gateway/peer.ts'
import type { Peer, Setup } from '../peer.ts'

const LOG_DATABASE = 'log_that_stays_empty'

/**
 * The gateway with everything but its log, to tell what the log costs. What it signs is a log of its own that stays empty, so
 * that it does not sign for the real one.
 */
export const gatewayWithoutLog: Peer = {
  ...gateway,
  name: 'gateway-without-log',
  title: 'purpose-gateway, policy, and a log that keeps nothing',
  args: ['src/setup.mjs', 'bench/peers/gateway-without-log/main.ts'],
  async prepare({ createDatabase }) {
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
