import { CURRENT_HEAD } from '../current-head.ts'
import { leafHash } from '../leaf.ts'
import { signCheckpoint } from '../note/checkpoint.ts'
import type { Session } from '../session.ts'
import type { CompactRange } from '../tree/compact-range.ts'
import { LogAltered } from './log-altered.ts'
import type { SignedOrigin } from './signed-state.ts'

/** Hashing them holds the event loop for about a millisecond. */
const CHUNK_RECORDS = 128

export interface Signed {
  readonly size: number
  readonly note: string
}

/**
 * Reads back every record that was committed since `state`, hashes it again, compares the tree with the stored one, and
 * only then signs and stores a checkpoint. Undefined: there is nothing new. Afterwards `state` is that of the checkpoint; after a
 * throw it is of no use any more. To be called in a transaction that holds the signers' lock: two that sign at once would
 * be one too many, and the second is refused by the table.
 *
 * @throws LogAltered
 */
export async function signUpToHead(
  session: Pick<Session, 'query'>,
  origin: SignedOrigin,
  state: CompactRange,
  options: { readonly evenIfEmpty?: boolean } = {},
): Promise<Signed | undefined> {
  const { rows } = await session.query<{ size: string; frontier: Buffer }>({
    name: 'audit_head_of_origin',
    text: `SELECT size - first_index AS size, frontier FROM (SELECT * FROM ${CURRENT_HEAD}) AS head WHERE origin = $1`,
    values: [origin.number],
  })
  const [head] = rows
  if (!head) return undefined
  const size = Number(head.size)
  if (size < state.size) throw new LogAltered(`the log has ${size} records where ${state.size} were signed`)
  if (size === state.size && !(options.evenIfEmpty && size === 0)) return undefined
  const from = state.size
  const nodes = await rehash(session, origin, state, size)
  if (!state.frontier().equals(head.frontier))
    throw new LogAltered(`the stored tree is not that of the records ${from} to ${size - 1}`)
  await compareNodes(session, origin, nodes)
  const root = state.root()
  const note = signCheckpoint(size, root, origin.signer)
  await session.query({
    text: 'INSERT INTO gateway.checkpoint (origin, size, root, note) VALUES ($1, $2, $3, $4)',
    values: [origin.number, size, root, note],
  })
  return { size, note }
}

/** Answers the nodes that became complete and are kept, as `level/index` → hash. */
async function rehash(
  session: Pick<Session, 'query'>,
  { firstIndex }: SignedOrigin,
  state: CompactRange,
  size: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const nodes = new Map<string, Buffer>()
  while (state.size < size) {
    const first = firstIndex + state.size
    const { rows } = await session.query<ReadBack>({
      name: 'audit_read_back',
      text: READ_BACK,
      values: [first, Math.min(first + CHUNK_RECORDS, firstIndex + size)],
    })
    const { places, records } = rows[0] ?? {}
    if (places == null || records == null) throw new LogAltered(`record ${state.size} is missing`)
    const bytes = Buffer.from(records, 'base64')
    let start = 0
    for (const place of places.split(',')) {
      const [index, length] = place.split(' ').map(Number)
      if (index !== firstIndex + state.size || length === undefined)
        throw new LogAltered(`record ${state.size} is missing`)
      state.append(leafHash(bytes.subarray(start, start + length)), (level, at, hash) => {
        if (level % 8 === 0) nodes.set(`${level}/${at}`, hash)
      })
      start += length
    }
  }
  return nodes
}

/** Null where there are none. */
interface ReadBack {
  /** `INDEX LENGTH,INDEX LENGTH,…` in order. */
  readonly places: string | null
  /** The records end to end, base64. */
  readonly records: string | null
}

/** In one row and as base64: rows of `bytea` come as hexadecimal digits, and take twice as long to receive. */
const READ_BACK = `SELECT string_agg(index || ' ' || octet_length(record), ',' ORDER BY index) AS places,
    encode(string_agg(record, ''::bytea ORDER BY index), 'base64') AS records
  FROM gateway.access_record WHERE index >= $1 AND index < $2`

async function compareNodes(
  session: Pick<Session, 'query'>,
  origin: SignedOrigin,
  nodes: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const places = [...nodes.keys()].map((place) => place.split('/').map(Number))
  if (places.length === 0) return
  const { rows } = await session.query<{ level: number; index: string; hash: Buffer }>({
    name: 'audit_read_back_nodes',
    text: `SELECT level, index, hash FROM gateway.tree_node JOIN unnest($2::int[], $3::bigint[]) AS w(level, index)
      USING (level, index) WHERE origin = $1`,
    values: [origin.number, places.map(([level]) => level), places.map(([, index]) => index)],
  })
  const stored = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
  for (const [place, hash] of nodes)
    if (!stored.get(place)?.equals(hash))
      throw new LogAltered(`node ${place} is not that of the records below it`)
}
