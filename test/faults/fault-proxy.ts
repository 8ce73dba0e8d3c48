import { createServer, connect as dial, type Socket } from 'node:net'

/** What happens to some bytes, and with them to their connection. */
export type Fate =
  | 'pass'
  /** The bytes are lost and both sides see the connection break. */
  | 'cut'
  /** The first half arrives, then the connection breaks. */
  | 'halve'
  /** The bytes arrive; the client sees the connection break at once, the server may finish. */
  | 'pass-then-cut'
  /** The bytes wait, with all that follow in this direction, until `resume`; neither side sees anything. */
  | 'stall'

export type Direction = 'to-server' | 'to-client'

/** Called for each piece of data; `text` is latin1, for looking at statement names. */
export type Rule = (direction: Direction, text: string, connection: number) => Fate

export interface FaultProxy {
  readonly port: number
  /** Every byte passes where there is no rule. */
  rule: Rule | undefined
  /** True: connections are accepted and closed at once, as by a server that is down. */
  refusing: boolean
  /** Lets go of everything that stalls. */
  resume(): void
  /** Breaks every connection. */
  cut(): void
  close(): Promise<void>
}

/** A TCP proxy of ours in front of one database, that breaks connections at a chosen moment. */
export async function openFaultProxy(host: string, port: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const held: (() => void)[] = []
  let connections = 0

  const server = createServer((client) => {
    if (proxy.refusing) return void client.destroy()
    const upstream = dial(port, host)
    const connection = connections++
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    pipe(client, upstream, 'to-server')
    pipe(upstream, client, 'to-client')

    function pipe(from: Socket, to: Socket, direction: Direction): void {
      const waiting: Buffer[] = []
      let stalled = false
      let ended = false
      const flush = () => {
        stalled = false
        for (const bytes of waiting.splice(0)) to.write(bytes)
        if (ended) to.end()
      }
      from.on('data', (bytes) => {
        if (stalled) return void waiting.push(bytes)
        const fate = proxy.rule?.(direction, bytes.toString('latin1'), connection) ?? 'pass'
        switch (fate) {
          case 'pass':
            return void to.write(bytes)
          case 'halve':
            to.write(bytes.subarray(0, bytes.length >> 1))
            upstream.end()
            return void client.destroy()
          case 'pass-then-cut':
            to.write(bytes)
            upstream.end()
            return void client.destroy()
          case 'cut':
            upstream.destroy()
            return void client.destroy()
          case 'stall':
            stalled = true
            waiting.push(bytes)
            return void held.push(flush)
        }
      })
      from.on('close', () => {
        // What stalls outlives the side that sent it: bytes in a network do.
        ended = true
        if (!stalled) to.end()
      })
    }
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const proxy: FaultProxy = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    rule: undefined,
    refusing: false,
    resume() {
      for (const flush of held.splice(0)) flush()
    },
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      proxy.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

/** The rule once, for the first piece that `matches`; everything else passes. */
export function once(fate: Fate, matches: (direction: Direction, text: string) => boolean): Rule {
  let armed = true
  return (direction, text) => {
    if (!armed || !matches(direction, text)) return 'pass'
    armed = false
    return fate
  }
}

/** The rule once, for the first answer on the connection on which `statement` was sent. */
export function onceAnswered(fate: Fate, statement: string): Rule {
  let asked: number | undefined
  let armed = true
  return (direction, text, connection) => {
    if (!armed) return 'pass'
    if (direction === 'to-server' && text.includes(statement)) asked = connection
    if (direction === 'to-server' || connection !== asked) return 'pass'
    armed = false
    return fate
  }
}
