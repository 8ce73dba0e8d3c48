import { readFile } from 'node:fs/promises'
import fastify from 'fastify'
import type { GraphQLResolveInfo } from 'graphql'
import mercurius from 'mercurius'
import pg from 'pg'
import { serveAsPeer } from '../serve-as-peer.ts'
import { pageSizes } from './page-sizes.ts'
import { STATEMENTS } from './statements.ts'

/** The fastest GraphQL server for Node that we know: operations are compiled when they come again, SQL is written by hand. */
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE),
})

type Statement = { readonly name: string; readonly text: string }

async function rowsOf(
  statement: Statement | undefined,
  values: readonly unknown[],
): Promise<readonly unknown[]> {
  if (statement === undefined) throw new Error('no statement is written for so deep an operation')
  return (await pool.query<Record<string, unknown>>({ ...statement, values: [...values] })).rows
}

interface Page {
  readonly first: number
}

const app = fastify()
await app.register(mercurius, {
  schema: await readFile(new URL('../schema.graphql', import.meta.url), 'utf8'),
  jit: 1,
  resolvers: {
    Query: {
      async customer(_root: unknown, { id }: { id: string }, _context: unknown, info: GraphQLResolveInfo) {
        const sizes = pageSizes(info)
        return (await rowsOf(STATEMENTS.customer[sizes.length], [id, ...sizes]))[0]
      },
      customers(_root: unknown, { first }: Page, _context: unknown, info: GraphQLResolveInfo) {
        const sizes = pageSizes(info)
        return rowsOf(STATEMENTS.customers[sizes.length], [first, ...sizes])
      },
      invoices: (_root: unknown, { first, status }: Page & { readonly status: string }) =>
        rowsOf(STATEMENTS.invoices, [first, status]),
      invoiceLines: (_root: unknown, { first }: Page) => rowsOf(STATEMENTS.invoiceLines, [first]),
      invoicesByStatus: () => rowsOf(STATEMENTS.invoicesByStatus, []),
      subscriptionsByPlan: () => rowsOf(STATEMENTS.subscriptionsByPlan, []),
    },
  },
})
await app.ready()
serveAsPeer(app.server)
