import { Socket } from 'node:net'
import pg from 'pg'
import { LONG_TEXT_BYTES, LongTexts } from './long-texts.ts'
import { readingSocket } from './reading-socket.ts'

/** As much of pg's connection as is changed here (its `lib/connection.js`): where it begins to read from its socket. */
interface Listening extends NodeJS.EventEmitter {
  attachListeners(socket: Socket): void
}

/** A client that reads into the same memory again and again; in all else pg's own. For much data. */
export class SteadyClient extends pg.Client {
  /** @param longTextBytes from where on a text arrives as the bytes that the server sent */
  constructor(config?: string | pg.ClientConfig, longTextBytes = Number.POSITIVE_INFINITY) {
    const given = typeof config === 'string' ? { connectionString: config } : config
    // pg tells the function its configuration; its types do not say so.
    super({ ...given, stream: socketFor as unknown as () => Socket })
    const { connection } = this as unknown as { readonly connection: Listening }
    connection.attachListeners = (socket) => {
      const texts = new LongTexts(
        (message) => connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message),
        longTextBytes,
      )
      socket.on('data', (chunk: Buffer) => texts.take(chunk))
    }
  }
}

/** Long texts come to it as bytes, see `LONG_TEXT_BYTES`. */
export class ReadingClient extends SteadyClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config, LONG_TEXT_BYTES)
  }
}

/** TLS takes the bytes from its socket in a way of its own. */
function socketFor({ ssl }: pg.ClientConfig): Socket {
  return ssl ? new Socket() : readingSocket()
}
