import type { Peer, Setup } from '../peer.ts'
import { generateClient } from './generate-client.ts'

export const apolloPrisma = variant(
  'best',
  'apollo-prisma',
  'Apollo Server + Prisma at its best setting, no policy, no record',
)

export const apolloPrismaDefault = variant(
  'default',
  'apollo-prisma-default',
  'the same with the cache-control plugin, as Apollo Server comes',
)

export const apolloPrismaShield = variant(
  'shield',
  'apollo-prisma-shield',
  'at its best setting, with a graphql-shield rule on each field, no record',
)

function variant(kind: 'best' | 'default' | 'shield', name: string, title: string): Peer {
  return {
    name,
    title,
    args: ['--import', 'tsx', 'bench/peers/apollo-prisma/main.ts'],
    prepare: prepareOnce,
    env: ({ databaseUrl, poolSize, scratchDir }) => ({
      DATABASE_URL: databaseUrl,
      POOL_SIZE: String(poolSize),
      SCRATCH_DIR: scratchDir,
      RELATIONS: process.env.BENCH_PRISMA_RELATIONS ?? 'query',
      VARIANT: kind,
      NODE_ENV: 'production',
    }),
    request: ({ plain, variables }) =>
      plain === undefined ? undefined : { path: '/graphql', body: { query: plain, variables } },
  }
}

let prepared: Promise<void> | undefined

/** The variants share one generated client. */
function prepareOnce({ scratchDir }: Setup): Promise<void> {
  prepared ??= generateClient(scratchDir)
  return prepared
}
