import { readFile } from 'node:fs/promises'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import fastifyApollo from '@as-integrations/fastify'
import fastify from 'fastify'
import { GraphQLError, type GraphQLResolveInfo, GraphQLScalarType } from 'graphql'
import { serveAsPeer } from '../serve-as-peer.ts'
import { openClient } from './client.ts'
import { selectOf } from './select-of.ts'

/**
 * What a team would write without a gateway, at its best: one Prisma call per operation, its `select` taken from the
 * operation, Apollo's per-field cache-control plugin off. No policy, no record.
 */
const { DATABASE_URL = '', POOL_SIZE, SCRATCH_DIR = '', RELATIONS = 'query' } = process.env
const client = await openClient(SCRATCH_DIR, DATABASE_URL, Number(POOL_SIZE))
const loading = { relationLoadStrategy: RELATIONS === 'join' ? 'join' : 'query' } as const

const outputOnly = (name: string, serialize: (value: unknown) => string) =>
  new GraphQLScalarType({
    name,
    serialize,
    parseValue: () => {
      throw new GraphQLError('not an input')
    },
  })

const server = new ApolloServer({
  typeDefs: await readFile(new URL('./schema.graphql', import.meta.url), 'utf8'),
  resolvers: {
    Decimal: outputOnly('Decimal', String),
    Date: outputOnly('Date', (value) => (value as Date).toISOString().slice(0, 10)),
    Query: {
      customer: (_root: unknown, { id }: { id: string }, _context: unknown, info: GraphQLResolveInfo) =>
        client.customer.findUnique({ where: { id: Number(id) }, select: selectOf(info) }),
      customers: (
        _root: unknown,
        { first }: { first: number },
        _context: unknown,
        info: GraphQLResolveInfo,
      ) =>
        client.customer.findMany({ take: first, orderBy: { id: 'asc' }, select: selectOf(info), ...loading }),
    },
  },
  plugins: [ApolloServerPluginCacheControlDisabled()],
})
await server.start()
const app = fastify()
await app.register(fastifyApollo(server))
await app.ready()
serveAsPeer(app.server)
