import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** What the system hands over at most in one read. */
const READ_BYTES = 64 * 1024

/**
 * A socket that reads into the same memory again and again. Node gives each read memory of its own, which has to be seen off
 * again. A chunk is good until the listeners of `data` return.
 */
export function readingSocket(): Socket {
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(length, buffer) {
      socket.emit('data', Buffer.from(buffer.buffer, buffer.byteOffset, length))
      return true
    },
  }
  // The types know it for `connect` alone, which takes the same options.
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = { onread }
  const socket = new Socket(options)
  return socket
}
