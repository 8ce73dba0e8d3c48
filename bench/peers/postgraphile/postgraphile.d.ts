/** As much of it as this peer uses; its packages are installed when the bench first needs them. */
declare module 'postgraphile' {
  interface Serv {
    addTo(server: import('node:http').Server): void | Promise<void>
  }
  export function postgraphile(preset: object): {
    createServ(grafserv: unknown): Serv
    getSchema(): Promise<unknown>
  }
}

declare module 'postgraphile/grafserv/node' {
  export const grafserv: unknown
}

declare module 'postgraphile/adaptors/pg' {
  export function makePgService(options: {
    readonly connectionString: string
    readonly schemas: readonly string[]
    readonly poolConfig: { readonly max: number }
  }): object
}

declare module 'postgraphile/presets/amber' {
  export const PostGraphileAmberPreset: object
}
