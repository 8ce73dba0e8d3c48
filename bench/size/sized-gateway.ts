import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { gateway } from '../peers/gateway/peer.ts'
import type { Peer, Setup } from '../peers/peer.ts'
import { generatedPolicy } from './generated-policy.ts'

export interface PolicyFiles {
  readonly types: number
  /** As the gateway reads them from its environment. */
  readonly env: { readonly SCHEMA_DIR: string; readonly PRISMA_SCHEMA: string }
  readonly ddl: string
}

/** Writes a policy of so many types below the scratch directory. */
export async function writePolicy(types: number, { scratchDir }: Setup): Promise<PolicyFiles> {
  const { sdl, prisma, ddl } = generatedPolicy(types, new Date().toISOString().slice(0, 10))
  const env = {
    SCHEMA_DIR: join(scratchDir, `schema-${types}`),
    PRISMA_SCHEMA: join(scratchDir, `schema-${types}.prisma`),
  }
  await mkdir(env.SCHEMA_DIR, { recursive: true })
  for (const [file, text] of Object.entries(sdl)) await writeFile(join(env.SCHEMA_DIR, file), text)
  await writeFile(env.PRISMA_SCHEMA, prisma)
  return { types, env, ddl }
}

/** A database of its own with the tables of the policy. */
export async function createTables({ types, ddl }: PolicyFiles, setup: Setup): Promise<Setup> {
  const databaseUrl = await setup.createDatabase(`size-${types}`)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(ddl)
  } finally {
    await client.end()
  }
  return { ...setup, databaseUrl }
}

/** The gateway under a generated policy; its setup is that of `createTables`. */
export function sizedGateway({ types, env }: PolicyFiles): Peer {
  return {
    ...gateway,
    name: `gateway-${types}-types`,
    title: `purpose-gateway under a policy of ${types} types`,
    env: async (setup) => ({ ...(await gateway.env(setup)), ...env }),
  }
}
