import type { ClientBase, Connection } from 'pg'

/**
 * Runs `COPY … TO STDOUT`.
 *
 * @param take gets the data of each message, which is one row in each (PostgreSQL, Frontend/Backend Protocol, COPY); good until
 * it returns. What it throws the promise is rejected with, once the server has sent all.
 */
export function copyOut(client: ClientBase, sql: string, take: (message: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: { readonly error: unknown } | undefined
    const handOn = (message: Buffer): void => {
      if (failure) return
      try {
        take(message)
      } catch (error) {
        failure = { error }
      }
    }
    client.query({
      submit: (connection: Connection) => connection.query(sql),
      handleCopyData: ({ chunk }: { readonly chunk: Buffer }) => handOn(chunk),
      handleCommandComplete: () => undefined,
      handleError: reject,
      handleReadyForQuery: () => (failure ? reject(failure.error) : resolve()),
    })
  })
}
