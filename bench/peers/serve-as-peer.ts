import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on any free port, prints the ready line that the gateway prints too, and ends when the bench does. */
export function serveAsPeer(server: Server): void {
  process.on('disconnect', () => process.exit())
  process.on('SIGTERM', () => process.exit())
  // A terminal's Ctrl-C reaches the whole group; the bench decides when its peers end.
  process.on('SIGINT', () => {})
  server.listen(0, '127.0.0.1', () => {
    console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`)
  })
}
