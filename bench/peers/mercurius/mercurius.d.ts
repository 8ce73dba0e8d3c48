/** As much of it as this peer uses; its packages are installed when the bench first needs them. */
declare module 'mercurius' {
  import type { FastifyPluginAsync } from 'fastify'

  interface Options {
    readonly schema: string
    readonly resolvers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    /** Executions of an operation after which it is compiled. */
    readonly jit: number
  }
  const plugin: FastifyPluginAsync<Options>
  export default plugin
}
