import type pg from 'pg'
import { leafHash } from '../../../src/audit/leaf.ts'
import { signCheckpoint } from '../../../src/audit/note/checkpoint.ts'
import { formatVerifier, newSigner, type Signer } from '../../../src/audit/note/note-key.ts'
import { createCompactRange } from '../../../src/audit/tree/compact-range.ts'
import { rebuildTree } from './rebuild-tree.ts'
import { recordOf, type SampleLog } from './sample-log.ts'

/** A number from 0 up to, not including, `below`. */
export type Chance = (below: number) => number

export interface Mutation {
  readonly name: string
  /** Records that the log must have. */
  readonly least: number
  /** Only a checkpoint that was kept outside the database can show it. */
  readonly needsWitness: boolean
  /** Changes the log; answers the first record that is wrong, where there is one. */
  apply(log: SampleLog, chance: Chance): Promise<number | undefined>
}

const mutation = (
  name: string,
  apply: Mutation['apply'],
  { least = 1, needsWitness = false }: { least?: number; needsWitness?: boolean } = {},
): Mutation => ({ name, apply, least, needsWitness })

export const MUTATIONS: readonly Mutation[] = [
  mutation('bit flip in a record', async ({ client, size }, chance) => {
    const index = chance(size)
    const { rows } = await client.query(
      'SELECT octet_length(record) * 8 AS bits FROM gateway.access_record WHERE index = $1',
      [index],
    )
    await flip(client, 'access_record', 'record', chance(rows[0].bits), `index = ${index}`)
    return index
  }),
  mutation(
    'bit flip in a leaf hash',
    async ({ client, size }, chance) => {
      const block = chance(Math.floor(size / 256))
      const bit = chance(8_192 * 8)
      await flip(client, 'tree_node', 'leaves', bit, `level = 8 AND index = ${block}`)
      return block * 256 + Math.floor(bit / 256)
    },
    { least: 256 },
  ),
  mutation(
    'bit flip in a node',
    async ({ client, size }, chance) => {
      const block = chance(Math.floor(size / 256))
      await flip(client, 'tree_node', 'hash', chance(256), `level = 8 AND index = ${block}`)
      return block * 256
    },
    { least: 256 },
  ),
  mutation('bit flip in the frontier', async ({ client }, chance) => {
    const { rows } = await client.query('SELECT octet_length(frontier) * 8 AS bits FROM gateway.log_head')
    await flip(client, 'log_head', 'frontier', chance(rows[0].bits), 'single')
    return undefined
  }),
  mutation('bit flip in the root of a checkpoint', async ({ client, checkpoints }, chance) => {
    await flip(client, 'checkpoint', 'root', chance(256), `size = ${pick(checkpoints, chance).size}`)
    return undefined
  }),
  mutation('byte changed in a signed note', async ({ client, checkpoints }, chance) => {
    const { size, note } = pick(checkpoints, chance)
    const bytes = Buffer.from(note)
    const at = chance(bytes.length)
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
    await client.query('UPDATE gateway.checkpoint SET note = $1 WHERE size = $2', [bytes.toString(), size])
    return undefined
  }),
  mutation('copy changed', async ({ client, size }, chance) => {
    const index = chance(size)
    const change = pick(
      [
        "outcome = 'refused'",
        'purpose = NULL',
        "subject = 'bo'",
        "app = app || 'x'",
        "at = at + interval '1 ms'",
      ],
      chance,
    )
    await client.query(`UPDATE gateway.access_record SET ${change} WHERE index = ${index}`)
    return index
  }),
  mutation('record deleted', async ({ client, size }, chance) => {
    const index = chance(size)
    await client.query('DELETE FROM gateway.access_record WHERE index = $1', [index])
    return index
  }),
  mutation(
    'record deleted and the gap closed',
    async ({ client, size }, chance) => {
      const index = chance(size - 1)
      await client.query('DELETE FROM gateway.access_record WHERE index = $1', [index])
      await client.query('UPDATE gateway.access_record SET index = index - 1 WHERE index > $1', [index])
      await client.query('UPDATE gateway.log_head SET size = size - 1')
      if (chance(2) === 1) await rebuildTree(client)
      return index
    },
    { least: 2 },
  ),
  mutation('record inserted', async ({ client, size }, chance) => {
    const index = chance(size)
    await client.query('UPDATE gateway.access_record SET index = index + 1 WHERE index >= $1', [index])
    await put(client, index, size)
    await client.query('UPDATE gateway.log_head SET size = size + 1')
    if (chance(2) === 1) await rebuildTree(client)
    return index
  }),
  mutation('record beyond the head', async ({ client, size }, chance) => {
    const index = size + chance(3)
    await put(client, index, size)
    return size
  }),
  mutation(
    'records in another order',
    async ({ client, size }, chance) => {
      const one = chance(size - 1)
      const other = one + 1 + chance(size - 1 - one)
      await client.query('UPDATE gateway.access_record SET index = $1 + $2 - index WHERE index IN ($1, $2)', [
        one,
        other,
      ])
      if (chance(2) === 1) await rebuildTree(client)
      return one
    },
    { least: 2 },
  ),
  mutation('index there twice', async ({ client, size }, chance) => {
    const index = chance(size)
    await client.query(
      'INSERT INTO gateway.access_record SELECT * FROM gateway.access_record WHERE index = $1',
      [index],
    )
    return index
  }),
  mutation(
    'record replaced by a copy of another',
    async ({ client, size }, chance) => {
      const to = chance(size - 1)
      await client.query('DELETE FROM gateway.access_record WHERE index = $1', [to])
      await client.query(
        `INSERT INTO gateway.access_record (index, at, outcome, purpose, subject, app, record)
       SELECT $1, at, outcome, purpose, subject, app, record FROM gateway.access_record WHERE index = $2`,
        [to, size - 1],
      )
      if (chance(2) === 1) await rebuildTree(client)
      return to
    },
    { least: 2 },
  ),
  mutation('truncated', async ({ client, size }, chance) => {
    const left = chance(size)
    await client.query('DELETE FROM gateway.access_record WHERE index >= $1', [left])
    if (chance(2) === 1) await rebuildTree(client)
    return left
  }),
  mutation(
    'rolled back to an earlier checkpoint',
    async (log, chance) => {
      const { client, checkpoints } = log
      const left = checkpoints.length === 1 ? 0 : (checkpoints[chance(checkpoints.length - 1)]?.size ?? 0)
      await client.query('DELETE FROM gateway.access_record WHERE index >= $1', [left])
      await client.query('DELETE FROM gateway.checkpoint WHERE size > $1', [left])
      await rebuildTree(client)
      return left
    },
    { needsWitness: true },
  ),
  mutation(
    'forked, and signed by the same key',
    async (log, chance) => {
      const from = await fork(log, chance)
      await signAgain(log, log.signer, from)
      return from
    },
    { needsWitness: true },
  ),
  mutation('forked, and signed by another key', async (log, chance) => {
    const from = await fork(log, chance)
    await signAgain(log, newSigner(log.signer.name), from)
    return undefined
  }),
  mutation('key swapped, everything signed again', async (log) => {
    const thief = newSigner(log.signer.name)
    await log.client.query('UPDATE gateway.log_origin SET verifier_key = $1', [
      formatVerifier(thief.verifier),
    ])
    await signAgain(log, thief, 0)
    return undefined
  }),
  mutation('value edited and the tree computed anew', async ({ client, size }, chance) => {
    const index = chance(size)
    await client.query(
      `UPDATE gateway.access_record SET record = convert_to(replace(convert_from(record, 'UTF8'), '"justification":"case', '"justification":"cafe'), 'UTF8') WHERE index = $1`,
      [index],
    )
    await rebuildTree(client)
    return index
  }),
  mutation('all checkpoints deleted', async ({ client }) => {
    await client.query('DELETE FROM gateway.checkpoint')
    return 0
  }),
  mutation(
    'stored leaf hashes deleted',
    async ({ client, size }, chance) => {
      const block = chance(Math.floor(size / 256))
      await client.query('DELETE FROM gateway.tree_node WHERE level = 8 AND index = $1', [block])
      return block * 256
    },
    { least: 256 },
  ),
  mutation('text of a policy changed or deleted', async ({ client }, chance) => {
    await client.query(
      pick(
        ["UPDATE gateway.policy_version SET text = text || ' '", 'DELETE FROM gateway.policy_version'],
        chance,
      ),
    )
    return 0
  }),
  mutation('head moved', async ({ client, size }, chance) => {
    const by = pick([-1, 1, 1_000_000_000], chance)
    await client.query('UPDATE gateway.log_head SET size = size + $1', [by])
    return by < 0 ? size - 1 : size
  }),
]

async function flip(
  client: pg.Client,
  table: string,
  column: string,
  bit: number,
  where: string,
): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE gateway.${table} SET ${column} = set_bit(${column}, ${bit}, 1 - get_bit(${column}, ${bit})) WHERE ${where}`,
  )
  if (rowCount !== 1) throw new Error('the mutation changed nothing')
}

async function put(client: pg.Client, index: number, serial: number): Promise<void> {
  const { bytes, at, outcome, purpose, subject, app } = recordOf(serial)
  await client.query(
    `INSERT INTO gateway.access_record (index, at, outcome, purpose, subject, app, record)
     VALUES ($1, to_timestamp($2 / 1000.0), $3, $4, $5, $6, $7)`,
    [index, at, outcome, purpose, subject, app, bytes],
  )
}

/** Other records from some index on. */
async function fork({ client, size }: SampleLog, chance: Chance): Promise<number> {
  const from = size - 1 - chance(Math.min(size, 20))
  await client.query('DELETE FROM gateway.access_record WHERE index >= $1', [from])
  for (let index = from; index < size; index++) await put(client, index, index)
  await rebuildTree(client)
  return from
}

/** New checkpoints for all sizes above `from`, of the records that are there now. */
async function signAgain({ client, checkpoints }: SampleLog, signer: Signer, from: number): Promise<void> {
  const { rows } = await client.query('SELECT record FROM gateway.access_record ORDER BY index')
  const tree = createCompactRange()
  for (const { size } of checkpoints) {
    for (const { record } of rows.slice(tree.size, size)) tree.append(leafHash(record))
    if (size <= from) continue
    const note = signCheckpoint(size, tree.root(), signer)
    await client.query('UPDATE gateway.checkpoint SET root = $1, note = $2 WHERE size = $3', [
      tree.root(),
      note,
      size,
    ])
  }
}

function pick<T>(list: readonly T[], chance: Chance): T {
  const one = list[chance(list.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}
