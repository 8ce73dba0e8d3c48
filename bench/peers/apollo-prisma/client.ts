import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Select } from './select-of.ts'

/** As much of Prisma's client as this peer uses; the generated one is made per run and so not known to the compiler. */
export interface Client {
  readonly customer: Model & {
    findUnique(query: { where: { id: number }; select: Select } & Loading): Promise<unknown>
  }
  readonly invoice: Model & {
    groupBy(query: {
      by: ['status']
      _count: { _all: true }
      _sum: { total: true }
      orderBy: { status: 'asc' }
    }): Promise<readonly InvoiceGroup[]>
  }
  readonly invoiceLine: Model
  readonly subscription: {
    groupBy(query: {
      by: ['plan']
      _count: { _all: true }
      _sum: { seats: true; monthlyPrice: true }
      _avg: { monthlyPrice: true }
      orderBy: { plan: 'asc' }
    }): Promise<readonly SubscriptionGroup[]>
  }
}

interface Model {
  findMany(
    query: {
      where?: Readonly<Record<string, string>>
      take: number
      orderBy: readonly Readonly<Record<string, 'asc' | 'desc'>>[]
      select: Select
    } & Loading,
  ): Promise<unknown>
}

export interface InvoiceGroup {
  readonly status: string
  readonly _count: { readonly _all: number }
  readonly _sum: { readonly total: unknown }
}

export interface SubscriptionGroup {
  readonly plan: string
  readonly _count: { readonly _all: number }
  readonly _sum: { readonly seats: number; readonly monthlyPrice: unknown }
  readonly _avg: { readonly monthlyPrice: unknown }
}

export interface Loading {
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
