import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { serveAsPeer } from '../serve-as-peer.ts'

/**
 * A GraphQL API made of the tables by itself, with the preset that its documentation names first, and nothing that is for
 * development. No policy, no record. Columns may be ordered by without an index of their own, since `page` does: its index
 * begins with the status.
 */
const { DATABASE_URL = '', POOL_SIZE } = process.env
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
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
