import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import pg from 'pg'
import { WORKLOADS } from '../../workloads/workloads.ts'
import { serveAsPeer } from '../serve-as-peer.ts'

/**
 * What Node and PostgreSQL can do at most: one prepared statement, its JSON text sent as it is. No GraphQL, no policy, no
 * record.
 */
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE),
})
const statements = new Map<string, { readonly name: string; readonly text: string }>(
  WORKLOADS.flatMap((workload) => workload.questions(1)).flatMap(({ sql }) =>
    sql === undefined ? [] : [[`/${sql.name}`, sql] as const],
  ),
)

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: Record<string, string> }
  const statement = statements.get(request.url ?? '')
  if (statement === undefined) return void response.writeHead(404).end()
  const { rows } = await pool.query<{ body: string }>({ ...statement, values: Object.values(variables) })
  const body = Buffer.from(`{"data":{"root":${rows[0]?.body ?? 'null'}}}`)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

serveAsPeer(
  createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      response.writeHead(500).end()
    })
  }),
)
