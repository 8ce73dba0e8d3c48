// A small gateway for embedded.test.ts: it starts the server of a DATA_DIR, tells of it in one line, and ends as asked.
// Arguments: DATA_DIR, and what comes afterwards: `wait`, `end` (normally, without stop), `throw`.
import { startEmbeddedPostgres } from '../../src/database/embedded.ts'

const [dataDir = '', afterwards] = process.argv.slice(2)
const server = await startEmbeddedPostgres({ dataDir, log: (line) => console.error(line) })
console.log(JSON.stringify({ pid: server.pid, adopted: server.adopted, url: server.url('postgres') }))
if (afterwards === 'throw') throw new Error('uncaught')
if (afterwards === 'wait') setInterval(() => {}, 1_000)
