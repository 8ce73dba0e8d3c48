import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Select } from './select-of.ts'

/** As much of Prisma's client as this peer uses; the generated one is made per run and so not known to the compiler. */
export interface Client {
  readonly customer: {
    findUnique(query: { where: { id: number }; select: Select } & Loading): Promise<unknown>
    findMany(query: { take: number; orderBy: { id: 'asc' }; select: Select } & Loading): Promise<unknown>
  }
}

interface Loading {
  readonly relationLoadStrategy?: 'join' | 'query'
}

/** Statements are named, so that PostgreSQL parses and plans each once per connection, as it does for the other peers. */
export async function openClient(scratchDir: string, databaseUrl: string, poolSize: number): Promise<Client> {
  const { PrismaClient } = (await import(pathToFileURL(resolve(scratchDir, 'client/client.ts')).href)) as {
    PrismaClient: new (options: { adapter: PrismaPg }) => Client
  }
  const names = new Map<string, string>()
  const nameOf = (sql: string): string => {
    const name = names.get(sql) ?? `s${names.size}`
    names.set(sql, name)
    return name
  }
  return new PrismaClient({
    adapter: new PrismaPg(
      { connectionString: databaseUrl, max: poolSize },
      { statementNameGenerator: ({ sql }) => nameOf(sql) },
    ),
  })
}
