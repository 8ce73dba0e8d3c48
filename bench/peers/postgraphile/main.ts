import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { serveAsPeer } from '../serve-as-peer.ts'

interface Codec {
  readonly name: string
}

/** What the tables of the demo need to be served at all, or to give the same values. */
const named = {
  name: 'BenchNamesPlugin',
  version: '0.0.0',
  inflection: {
    replace: {
      // The labels of PostgreSQL are in lower case, the values in our schemas are not.
      enumValue: (_previous: unknown, _options: unknown, value: string) => value.toUpperCase(),
      // Its table is called `subscription`, and so is a root type of GraphQL.
      tableType: (previous: (codec: Codec) => string, _options: unknown, codec: Codec) =>
        codec.name === 'subscription' ? 'CustomerSubscription' : previous(codec),
    },
  },
}

const { DATABASE_URL = '', POOL_SIZE } = process.env
/**
 * A GraphQL API made of the tables by itself, with the preset that its documentation names first, and nothing that is for
 * development. No policy, no record. Columns may be ordered by without an index of their own, since `page` does: its index
 * begins with the status.
 */
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [named],
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      connectionString: DATABASE_URL,
      schemas: ['public'],
      poolConfig: { max: Number(POOL_SIZE) },
    }),
  ],
  grafast: { explain: false },
  grafserv: { watch: false, graphiql: false, websockets: false },
})
const server = createServer()
await instance.createServ(grafserv).addTo(server)
await instance.getSchema()
serveAsPeer(server)
