import { json } from 'node:stream/consumers'
import autocannon from 'autocannon'
import { percentile } from '../statistics.ts'
import type { Load, LoadResult } from './load.ts'

/** Load from a process of its own, so that measuring does not slow what is measured by sharing its thread. */
const { url, connections, seconds, requests } = (await json(process.stdin)) as Load
const run = autocannon({
  url,
  connections,
  duration: seconds,
  timeout: 10,
  requests: requests.map((request) => ({ method: 'POST', ...request })),
  // An answer with errors has no data, or has its errors first.
  verifyBody: (body) => body.startsWith('{"data":{'),
})
// Its own histogram is of whole milliseconds.
const latencies: number[] = []
run.on('response', (_client, _status, _bytes, ms) => latencies.push(ms))
const result = await run
const outcome: LoadResult = {
  requests: result['2xx'],
  requestsPerSecond: result['2xx'] / result.duration,
  p50Ms: percentile(latencies, 50),
  p99Ms: percentile(latencies, 99),
  megabytesPerSecond: result.throughput.average / 1e6,
  failures: result.errors + result.mismatches + result.non2xx,
}
process.stdout.write(JSON.stringify(outcome))
