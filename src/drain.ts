import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** Long enough for a request that is on the wire to arrive; who takes longer will find another gateway. */
const HALF_SENT_MS = 1_000
const LOOK_EVERY_MS = 20

/**
 * How a server ends without breaking off an answer. To be called before the server listens; the function that it returns
 * takes no more connections, lets requests on open ones be answered and these then be closed, and cuts off whoever is
 * left: clients that have not sent a whole request a second later, and anybody after `longestAnswerMs`.
 *
 * @param longestAnswerMs what a request that was received whole can take at most, all of its deadlines together
 */
export function drainOf(server: FastifyInstance, longestAnswerMs: number): () => Promise<void> {
  const answering = new Set<ServerResponse>()
  // Runs once the body was read.
  server.addHook('preHandler', async (_request, { raw }) => {
    answering.add(raw)
    raw.once('close', () => answering.delete(raw))
  })
  return async () => {
    const startedAt = performance.now()
    const timer = setInterval(() => {
      const ms = performance.now() - startedAt
      if (ms > longestAnswerMs || (ms > HALF_SENT_MS && answering.size === 0))
        server.server.closeAllConnections()
    }, LOOK_EVERY_MS)
    try {
      await server.close()
    } finally {
      clearInterval(timer)
    }
  }
}
