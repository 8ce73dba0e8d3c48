import type { Peer } from '../peer.ts'

export const limit: Peer = {
  name: 'limit',
  title: 'bare node:http, hand-written JSON SQL',
  args: ['--import', 'tsx', 'bench/peers/limit/main.ts'],
  env: ({ databaseUrl, poolSize }) => ({ DATABASE_URL: databaseUrl, POOL_SIZE: String(poolSize) }),
  request: ({ sql, variables }) =>
    sql === undefined ? undefined : { path: `/${sql.name}`, body: { variables } },
}
