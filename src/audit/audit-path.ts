import { parseTilePath, type Tile } from './tile/tile-path.ts'

/** What can be asked for under `/audit/`; `origin` undefined: of the one that is open. */
export type AuditResource = (Tile | { readonly kind: 'checkpoint' }) & { readonly origin: number | undefined }

/**
 * `/audit/checkpoint`, `/audit/tile/…` (C2SP tlog-tiles), and the same of an origin by its number: `/audit/1/checkpoint`.
 * Undefined: nothing is there.
 */
export function parseAuditPath(path: string): AuditResource | undefined {
  const [, number, rest] = /^\/audit\/(?:([1-9]\d{0,8})\/)?(.+)$/.exec(path) ?? []
  if (rest === undefined) return undefined
  const resource = rest === 'checkpoint' ? ({ kind: 'checkpoint' } as const) : parseTilePath(rest)
  return resource && { ...resource, origin: number === undefined ? undefined : Number(number) }
}
