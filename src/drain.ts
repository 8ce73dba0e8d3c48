import type { IncomingMessage, Server, ServerResponse } from 'node:http'

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
  const open = new Map<ServerResponse, IncomingMessage>()
  server.on('request', (request, response) => {
    open.set(response, request)
    response.once('close', () => open.delete(response))
  })
  const answering = () => [...open.values()].some(({ complete }) => complete)

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
