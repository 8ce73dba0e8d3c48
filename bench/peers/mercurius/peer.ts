import { install } from '../install.ts'
import type { Peer } from '../peer.ts'

const FOLDER = 'bench/peers/mercurius'

export const mercurius: Peer = {
  name: 'mercurius',
  title: 'Mercurius with its JIT and hand-written SQL, one statement per root field, no policy, no record',
  args: ['--import', 'tsx', `${FOLDER}/main.ts`],
  packages: { folder: FOLDER, names: ['mercurius', 'graphql-jit'] },
  prepare: () => install(FOLDER),
  env: ({ databaseUrl, poolSize }) => ({
    DATABASE_URL: databaseUrl,
    POOL_SIZE: String(poolSize),
    NODE_ENV: 'production',
  }),
  request: ({ plain, variables }) =>
    plain === undefined ? undefined : { path: '/graphql', body: { query: plain, variables } },
}
