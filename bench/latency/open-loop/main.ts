import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { PeerRequest } from '../../peers/peer.ts'
import { GOOD } from '../../workloads/good-answer.ts'
import type { OpenLoop, OpenLoopResult } from './task.ts'

/**
 * Requests that arrive at a constant rate, whether the answers before them are there or not. Autocannon has a rate too, but
 * sends what is due in a second at its beginning.
 *
 * A latency begins when a request arrives, and so includes what it waits for a connection: a server that stops for a moment
 * makes all those late that arrive meanwhile, not only those that were sent (coordinated omission).
 */
const { url, connections, seconds, ratePerSecond, requests } = (await json(process.stdin)) as OpenLoop
const { hostname, port } = new URL(url)
const agent = new Agent({ keepAlive: true, maxSockets: connections, noDelay: true })
const latenciesMs: number[] = []
let failures = 0

function send({ path, headers, body }: PeerRequest): Promise<void> {
  const arrived = performance.now()
  return new Promise((resolve) => {
    const fail = (): void => {
      failures++
      resolve()
    }
    const call = request({ agent, hostname, port, path, method: 'POST', headers }, (response) => {
      let start = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (start.length < GOOD.data.begins.length) start += chunk
      })
      response.on('error', fail)
      response.on('end', () => {
        if (response.statusCode !== GOOD.data.status || !start.startsWith(GOOD.data.begins)) return fail()
        latenciesMs.push(performance.now() - arrived)
        resolve()
      })
    })
    call.on('error', fail)
    call.end(body)
  })
}

const begun = performance.now()
const total = Math.round(ratePerSecond * seconds)
const underWay: Promise<void>[] = []
while (underWay.length < total) {
  const due = Math.min(total, Math.floor(((performance.now() - begun) * ratePerSecond) / 1000))
  while (underWay.length < due) {
    const next = requests[underWay.length % requests.length]
    if (next === undefined) throw new Error('nothing to send')
    underWay.push(send(next))
  }
  await delay(1)
}
await Promise.all(underWay)
agent.destroy()
const result: OpenLoopResult = { latenciesMs, failures }
process.stdout.write(JSON.stringify(result))
