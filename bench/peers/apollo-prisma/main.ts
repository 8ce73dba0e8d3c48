import { readFile } from 'node:fs/promises'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import fastifyApollo from '@as-integrations/fastify'
import { makeExecutableSchema } from '@graphql-tools/schema'
import fastify from 'fastify'
import { serveAsPeer } from '../serve-as-peer.ts'
import { openClient } from './client.ts'
import { resolversOf } from './resolvers.ts'
import { type ShieldContext, shieldEachField } from './shield-each-field.ts'

/**
 * What a team would write without a gateway: one Prisma call per operation, its `select` taken from the operation. No record.
 * At its best (`VARIANT=best`) without Apollo's per-field cache-control plugin and without any policy; `default` has the
 * plugin, `shield` a rule on each field.
 */
const { DATABASE_URL = '', POOL_SIZE, SCRATCH_DIR = '', RELATIONS = 'query', VARIANT } = process.env
const client = await openClient(SCRATCH_DIR, DATABASE_URL, Number(POOL_SIZE))
const schema = makeExecutableSchema({
  typeDefs: await readFile(new URL('../schema.graphql', import.meta.url), 'utf8'),
  resolvers: resolversOf(client, { relationLoadStrategy: RELATIONS === 'join' ? 'join' : 'query' }),
})
const server = new ApolloServer<ShieldContext>({
  schema: VARIANT === 'shield' ? shieldEachField(schema) : schema,
  plugins: VARIANT === 'default' ? [] : [ApolloServerPluginCacheControlDisabled()],
})
await server.start()
const app = fastify()
await app.register(fastifyApollo(server), { context: async () => ({ purpose: 'BILLING' }) })
await app.ready()
serveAsPeer(app.server)
