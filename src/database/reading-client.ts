import type { Socket } from 'node:net'
import pg from 'pg'
import { LongTexts } from './long-texts.ts'

/** As much of pg's connection as is changed here (its `lib/connection.js`): where it begins to read from its socket. */
interface Listening extends NodeJS.EventEmitter {
  attachListeners(socket: Socket): void
}

/** A client to whom long texts come as bytes, see `LONG_TEXT_BYTES`; in all else pg's own. */
export class ReadingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as { readonly connection: Listening }
    connection.attachListeners = (socket) => {
      const texts = new LongTexts((message) =>
        connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message),
      )
      socket.on('data', (chunk: Buffer) => texts.take(chunk))
    }
  }
}
