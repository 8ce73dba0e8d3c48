import { TILE_WIDTH, type TileShape } from './tile-shape.ts'

/** What C2SP tlog-tiles serves under `tile/`: hashes of the tree, or the entries (records) below a tile of level 0. */
export type Tile =
  | ({ readonly kind: 'hashes' } & TileShape)
  | { readonly kind: 'entries'; readonly index: number; readonly width: number }

/** `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`; N in groups of three digits, all but the last after an `x`. */
export function tilePath(tile: Tile): string {
  const partial = tile.width === TILE_WIDTH ? '' : `.p/${tile.width}`
  return `tile/${tile.kind === 'entries' ? 'entries' : tile.level}/${indexPath(tile.index)}${partial}`
}

/** Undefined: not the path of a tile. Only the one spelling that `tilePath` writes is accepted. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level, groups, width] = PATH.exec(path) ?? []
  if (level === undefined || groups === undefined) return undefined
  const index = Number(groups.replace(/[x/]/g, ''))
  if (!Number.isSafeInteger(index) || indexPath(index) !== groups) return undefined
  const shape = { index, width: width === undefined ? TILE_WIDTH : Number(width) }
  if (shape.width > TILE_WIDTH || (width !== undefined && shape.width === TILE_WIDTH)) return undefined
  if (level === 'entries') return { kind: 'entries', ...shape }
  return Number(level) <= MAX_LEVEL ? { kind: 'hashes', level: Number(level), ...shape } : undefined
}

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/
const MAX_LEVEL = 63

function indexPath(index: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}
