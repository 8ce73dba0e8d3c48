import type { Pool } from 'pg'
import type { AuditResource } from './audit/audit-path.ts'
import { encodeBundle } from './audit/tile/entry-bundle.ts'
import { TILE_WIDTH } from './audit/tile/tile-shape.ts'
import { openTileStore } from './audit/tile-store.ts'
import type { Problem } from './errors.ts'

export interface FoundResource {
  readonly kind: 'found'
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/** Undefined: it is not there, or no checkpoint covers it yet. */
export async function readAuditResource(
  pool: Pool,
  resource: AuditResource,
): Promise<FoundResource | { readonly kind: 'refused'; readonly problem: Problem } | undefined> {
  try {
    const { rows } = await pool.query<{ number: number; first_index: string; size: string; note: string }>({
      name: 'audit_newest',
      text: `SELECT o.number, o.first_index, c.size, c.note FROM gateway.log_origin AS o JOIN LATERAL (
          SELECT size, note FROM gateway.checkpoint WHERE origin = o.number ORDER BY size DESC LIMIT 1
        ) AS c ON true WHERE $1::int IS NULL OR o.number = $1 ORDER BY o.number DESC LIMIT 1`,
      values: [resource.origin ?? null],
    })
    const [found] = rows
    if (!found) return undefined
    if (resource.kind === 'checkpoint') return { kind: 'found', headers: MUTABLE, body: found.note }
    const level = resource.kind === 'hashes' ? resource.level : 0
    const end = (resource.index * TILE_WIDTH + resource.width) * TILE_WIDTH ** level
    if (end > Number(found.size)) return undefined
    const store = openTileStore(pool, { number: found.number, firstIndex: Number(found.first_index) })
    if (resource.kind === 'hashes')
      return {
        kind: 'found',
        headers: IMMUTABLE,
        body: await store.hashes(level, resource.index, resource.width),
      }
    const entries = await store.entries(resource.index, resource.width)
    return entries && { kind: 'found', headers: IMMUTABLE, body: encodeBundle(entries) }
  } catch {
    return {
      kind: 'refused',
      problem: { code: 'DATABASE_UNAVAILABLE', message: 'the database does not answer; try again later' },
    }
  }
}

/** Only whoever may ask may keep a copy. */
const MUTABLE = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' }
const IMMUTABLE = {
  'content-type': 'application/octet-stream',
  'cache-control': 'private, max-age=31536000, immutable',
}
