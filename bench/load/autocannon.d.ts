declare module 'autocannon' {
  interface Options {
    readonly url: string
    readonly connections: number
    readonly duration: number
    readonly timeout: number
    readonly requests: readonly {
      readonly method: string
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      /** Makes each request anew from the last one. */
      readonly setupRequest?: (request: object) => object
    }[]
    readonly verifyBody: (body: string) => boolean
  }
  interface Result {
    readonly duration: number
    readonly errors: number
    readonly mismatches: number
    readonly throughput: { readonly average: number }
  }
  interface Run extends Promise<Result> {
    on(
      event: 'response',
      listener: (client: unknown, status: number, bytes: number, milliseconds: number) => void,
    ): void
  }
  export default function autocannon(options: Options): Run
}
