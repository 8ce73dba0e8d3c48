import { hash } from 'node:crypto'
import type { ClientBase } from 'pg'
import type { BlockRoots } from '../tree/block-roots.ts'
import { createCompactRange } from '../tree/compact-range.ts'
import { chooseKeys, type TrustedKeys } from './choose-keys.ts'
import type { Finding } from './finding.ts'
import { createFindingList, type FindingList } from './finding-list.ts'
import { type LogTables, logTables, type StoredHead, type StoredOrigin } from './log-tables.ts'
import { verifyActions } from './verify-actions.ts'
import { verifyHead } from './verify-head.ts'
import { verifyOrigin } from './verify-origin.ts'

/** As far as a log was verified; all that is needed to go on from there. */
export interface VerifiedState {
  /** Number of the origin. */
  readonly origin: number
  /** Leaves of it that were read. */
  readonly size: number
  readonly frontier: Buffer
  /** Leaves of it that a checkpoint confirmed. */
  readonly confirmed: number
}

export interface VerifyOptions {
  /** In one snapshot. A client of its own: rows are streamed through it. */
  readonly client: ClientBase
  readonly keys: TrustedKeys
  /** From where to go on; undefined: the whole log. */
  readonly from: VerifiedState | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Computes the lowest levels of the tree somewhere else; left out: that is done here. */
  readonly rootsOf?: BlockRoots | undefined
  /** Told after each 16,384 records. */
  onProgress?(done: number, total: number): void
  /** Told after each 16,384 records, with the number of findings so far. */
  onState?(state: VerifiedState, findings: number): void | Promise<void>
}

export interface LogVerification {
  readonly findings: readonly Finding[]
  /** Also of those that are not listed one by one. */
  readonly findingCount: number
  /** How many were read and hashed. */
  readonly records: number
  readonly origins: readonly {
    readonly origin: string
    readonly size: number
    /** Leaves that a checkpoint confirmed. */
    readonly confirmed: number
    /** Undefined: it could not be computed. */
    readonly root: Buffer | undefined
  }[]
}

/** Checkpoints are made within a second; what is older than this and unsigned was left so, or its checkpoint is gone. */
const UNSIGNED_AFTER_MS = 60_000

/**
 * Verifies the log in the database: reads every record, hashes it, and compares the tree with all that is stored and with all
 * that was signed. No stored hash is believed. Memory does not grow with the log.
 */
export async function verifyLog(options: VerifyOptions): Promise<LogVerification> {
  const { keys, from, now } = options
  const tables = logTables(options.client)
  const head = await tables.head()
  const list = createFindingList()
  const seen = { policies: new Map<string, number>(), actions: [], records: 0 }
  const origins = await originsOf(tables, head)
  const prunedBefore = await tables.prunedBefore()
  const extent = await tables.extent()
  const last = extent?.last ?? -1
  const size = head?.size ?? last + 1
  const done: LogVerification['origins'][number][] = []
  for (const [i, origin] of origins.entries()) {
    if (from !== undefined && origin.number < from.origin) continue
    const resumed = from?.origin === origin.number ? from : undefined
    const upTo = origins[i + 1]?.firstIndex ?? size
    const end = Math.max(0, Math.min(upTo, Math.max(last + 1, prunedBefore)) - origin.firstIndex)
    const { verifier, witnessed, findings } = chooseKeys(origin, keys)
    for (const finding of findings) list.report(finding)
    const { tree, confirmed } = await verifyOrigin({
      tables,
      origin,
      verifier,
      end,
      tree: createCompactRange(resumed?.size, resumed?.frontier),
      confirmed: resumed?.confirmed ?? 0,
      witnessed,
      prunedBefore,
      rootsOf: options.rootsOf,
      list,
      seen,
      onPage: (reached, below) => {
        options.onProgress?.(origin.firstIndex + reached.size, size)
        const state = {
          origin: origin.number,
          size: reached.size,
          frontier: reached.frontier(),
          confirmed: below,
        }
        return options.onState?.(state, list.count)
      },
    })
    for (const finding of await verifyHead({
      tables,
      origin,
      end,
      upTo,
      tree,
      confirmed,
      head,
      isLast: i === origins.length - 1,
    }))
      list.report(finding)
    const outside = [...witnessed.map((checkpoint) => checkpoint.size), resumed?.size ?? 0]
    for (const leaves of outside) if (leaves > end) list.report(rolledBack(origin, confirmed, end, leaves))
    if (confirmed < end)
      await reportUnsigned(tables, list, origin, { confirmed, end, now, closed: i < origins.length - 1 })
    done.push({ origin: origin.origin, size: end, confirmed, root: tree?.root() })
  }
  for (const name of keys.witnessedOrigins())
    if (!origins.some(({ origin }) => origin === name))
      list.report({
        kind: 'rolled-back',
        index: undefined,
        message: `the log has no origin \`${name}\`, which was kept outside`,
      })
  if (extent !== undefined && extent.last >= size)
    list.report({
      kind: 'out-of-place',
      index: size,
      message: 'there are records beyond the head of the log',
    })
  if (extent !== undefined && extent.first < 0)
    list.report({
      kind: 'out-of-place',
      index: extent.first,
      message: 'there is a record before the first one',
    })
  for (const finding of verifyActions({
    actions: seen.actions,
    origins,
    prunedBefore,
    whole: from === undefined,
  }))
    list.report(finding)
  await verifyPolicies(tables, seen.policies, list)
  return { findings: list.kept(), findingCount: list.count, records: seen.records, origins: done }
}

/** A log that no gateway with a key has served yet has one origin without a name. */
async function originsOf(tables: LogTables, head: StoredHead | undefined): Promise<readonly StoredOrigin[]> {
  const origins = await tables.origins()
  if (origins.length > 0) return origins
  return [{ number: head?.origin ?? 1, origin: '', verifierKey: '', firstIndex: 0 }]
}

function rolledBack(origin: StoredOrigin, confirmed: number, end: number, size: number): Finding {
  const message = `the log has ${end} records, a checkpoint that was kept outside has ${size}`
  const index = origin.firstIndex + Math.min(confirmed, end)
  return { kind: 'rolled-back', index, until: origin.firstIndex + end + 1, message }
}

async function reportUnsigned(
  tables: LogTables,
  list: FindingList,
  origin: StoredOrigin,
  { confirmed, end, now, closed }: { confirmed: number; end: number; now: number; closed: boolean },
): Promise<void> {
  const first = origin.firstIndex + confirmed
  // Where a later checkpoint says that the log was longer, that is what is wrong with it.
  if ((await tables.checkpoints(origin.number, end, Number.MAX_SAFE_INTEGER)).length > 0) return
  const at = await tables.at(first)
  if (!closed && at !== undefined && now - at < UNSIGNED_AFTER_MS) return
  const message = 'no checkpoint that holds covers these records'
  list.report({ kind: 'unsigned', index: first, until: origin.firstIndex + end, message })
}

async function verifyPolicies(
  tables: LogTables,
  named: ReadonlyMap<string, number>,
  list: FindingList,
): Promise<void> {
  const texts = await tables.policyTexts([...named.keys()])
  for (const [name, index] of named) {
    const text = texts.get(name)
    if (text === undefined)
      list.report({
        kind: 'policy-changed',
        index,
        message: 'the text of the policy of this record is not stored',
      })
    else if (hash('sha256', text, 'hex') !== name)
      list.report({
        kind: 'policy-changed',
        index,
        message: 'the stored text of the policy is not that of its hash',
      })
  }
}
