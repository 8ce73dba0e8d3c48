import { json } from 'node:stream/consumers'
import autocannon from 'autocannon'
import { percentile } from '../statistics.ts'
import { GOOD } from '../workloads/good-answer.ts'
import { SERIAL } from '../workloads/workload.ts'
import type { Load, LoadResult } from './load.ts'

/** Load from a process of its own, so that measuring does not slow what is measured by sharing its thread. */
const { url, connections, seconds, requests, answer, unique } = (await json(process.stdin)) as Load
const good = GOOD[answer]
/** Greater than in any round before. */
let serial = Date.now() * 1000
const run = autocannon({
  url,
  connections,
  duration: seconds,
  timeout: 10,
  requests: requests.map(({ path, headers, body }) => {
    const request = { method: 'POST', path, headers, body }
    return unique
      ? {
          ...request,
          // Asked before each sending; only here, because it is work that the load has to do.
          setupRequest: (of: object) => ({ ...of, body: body.replaceAll(SERIAL, String(serial++)) }),
        }
      : request
  }),
  verifyBody: (text) => text.startsWith(good.begins),
})
// Its own histogram is of whole milliseconds, and of 2xx alone.
const latencies: number[] = []
let others = 0
run.on('response', (_client, status, _bytes, ms) => {
  if (status === good.status) latencies.push(ms)
  else others++
})
const result = await run
const outcome: LoadResult = {
  requests: latencies.length,
  requestsPerSecond: latencies.length / result.duration,
  p50Ms: percentile(latencies, 50),
  p99Ms: percentile(latencies, 99),
  megabytesPerSecond: result.throughput.average / 1e6,
  failures: result.errors + result.mismatches + others,
}
process.stdout.write(JSON.stringify(outcome))
