import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Long enough for a request that is on the wire to arrive; who takes longer will find another gateway. */
const HALF_SENT_MS = 1_000
const LOOK_EVERY_MS = 20

/**
 * How a server ends without breaking off an answer. To be called before the server listens; the function that it returns
 * takes no more connections, lets requests on open ones be answered and these then be closed, and cuts off whoever is
 * left: clients that have not sent a whole request a second later, and anybody after `longestAnswerMs`.
 *
 * @param close ends the server and resolves when no connection is left
 * @param longestAnswerMs what a request that was received whole can take at most, all of its deadlines together
 */
export function drainOf(
  server: Server,
  close: () => Promise<unknown>,
  longestAnswerMs: number,
): () => Promise<void> {
  const connections = new Map<Socket, Connection>()
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { unanswered: 0, latest: undefined })
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket)
    if (!connection) return
    connection.unanswered++
    connection.latest = request
    response.once('close', () => {
      connection.unanswered--
      if (connection.latest === request) connection.latest = undefined
    })
  })
  // Who sent the next request before it had an answer, has sent the one before whole.
  const answering = () =>
    [...connections.values()].some(
      ({ unanswered, latest }) => unanswered > 1 || (unanswered === 1 && (latest?.complete ?? true)),
    )

  return async () => {
    const startedAt = performance.now()
    const timer = setInterval(() => {
      const ms = performance.now() - startedAt
      if (ms > longestAnswerMs || (ms > HALF_SENT_MS && !answering())) server.closeAllConnections()
    }, LOOK_EVERY_MS)
    try {
      await close()
    } finally {
      clearInterval(timer)
    }
  }
}

/**
 * Kept per connection, not per request: a map to which each request is added and from which it is taken makes a new table
 * every few requests, and V8 holds on to all that old tables held until it next collects old objects.
 */
interface Connection {
  unanswered: number
  latest: IncomingMessage | undefined
}
