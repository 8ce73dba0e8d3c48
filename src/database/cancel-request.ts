import { connect } from 'node:net'
import type pg from 'pg'

/** Protocol 3.0, message CancelRequest: its code stands where a start-up message has the version. */
const CANCEL_REQUEST_CODE = 80_877_102

/**
 * Asks the server to cancel whatever the connection runs. The protocol wants a connection of its own for this, answers
 * nothing, and promises nothing: the request can be lost, or come when the next statement is already running, so the
 * connection must not be used again. Never rejects.
 *
 * @returns once the server has closed the connection, or after `timeoutMs`
 */
export function sendCancelRequest(client: pg.Client, timeoutMs = 2_000): Promise<void> {
  const processId: unknown = Reflect.get(client, 'processID')
  const secretKey: unknown = Reflect.get(client, 'secretKey')
  if (typeof processId !== 'number' || typeof secretKey !== 'number') return Promise.resolve()
  const message = Buffer.alloc(16)
  message.writeInt32BE(message.length, 0)
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4)
  message.writeInt32BE(processId, 8)
  message.writeInt32BE(secretKey, 12)
  return new Promise((resolve) => {
    const { host, port } = client
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    socket.setTimeout(timeoutMs, () => socket.destroy())
    socket.once('error', () => undefined)
    socket.once('close', () => resolve())
    socket.once('connect', () => socket.end(message))
    socket.resume()
  })
}
