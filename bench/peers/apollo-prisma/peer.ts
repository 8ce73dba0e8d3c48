import type { Peer } from '../peer.ts'
import { generateClient } from './generate-client.ts'

export const apolloPrisma: Peer = {
  name: 'apollo-prisma',
  title: 'Apollo Server + Prisma, no policy, no record',
  args: ['--import', 'tsx', 'bench/peers/apollo-prisma/main.ts'],
  prepare: ({ scratchDir }) => generateClient(scratchDir),
  env: ({ databaseUrl, poolSize, scratchDir }) => ({
    DATABASE_URL: databaseUrl,
    POOL_SIZE: String(poolSize),
    SCRATCH_DIR: scratchDir,
    RELATIONS: process.env.BENCH_PRISMA_RELATIONS ?? 'query',
    NODE_ENV: 'production',
  }),
  request: ({ plainQuery }, variables) => ({ path: '/graphql', body: { query: plainQuery, variables } }),
}
