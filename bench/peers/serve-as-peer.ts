import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endWithBench } from './end-with-bench.ts'

/** Listens on any free port, prints the ready line that the gateway prints too, and ends when the bench does. */
export function serveAsPeer(server: Server): void {
  endWithBench()
  server.listen(0, '127.0.0.1', () => {
    console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`)
  })
}
