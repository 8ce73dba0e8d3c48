import { request } from 'node:http'

export interface Sent {
  readonly method?: string
  /** After `/graphql`, e.g. `?query=…`. */
  readonly search?: string
  /** Exactly these; a list sends the header once per value. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** One HTTP request just as written: `fetch` would mend or forbid some of what is tested here. */
export function send(url: string, { method = 'POST', search = '', headers, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sending = request(`${url}${search}`, {
      method,
      headers: headers as Record<string, string>,
      agent: false,
    })
    sending.on('error', reject)
    sending.on('response', (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString('utf8'),
        }),
      )
    })
    sending.end(body)
  })
}
