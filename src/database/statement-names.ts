import { LRUCache } from 'lru-cache'

const MAX_NAMES = 500
/** A connection keeps every statement that it ever prepared, in the server's memory too. */
const MAX_PREPARED_PER_CONNECTION = 1_000

/**
 * Decides which statements are prepared under a name. The server keeps such a statement, with its plan, for as long as the
 * connection lives, so what is asked once gets no name, and a flood of different operations cannot fill the server.
 */
export class StatementNames {
  readonly #seen = new LRUCache<string, true>({ max: MAX_NAMES })
  readonly #prepared = new WeakMap<object, Set<string>>()

  /** The name to run under on this connection; undefined: without one. */
  admit(connection: object, name: string): string | undefined {
    if (this.#seen.get(name) === undefined) {
      this.#seen.set(name, true)
      return undefined
    }
    const prepared = this.#prepared.get(connection)
    if (prepared === undefined) this.#prepared.set(connection, new Set([name]))
    else prepared.add(name)
    return name
  }

  /** True: the connection holds so many that it should be replaced. */
  isFull(connection: object): boolean {
    return (this.#prepared.get(connection)?.size ?? 0) >= MAX_PREPARED_PER_CONNECTION
  }
}
