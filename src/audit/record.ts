import { createHash } from 'node:crypto'
import type { Access } from './access.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

/** The two-byte length of an entry in a tile bundle (C2SP tlog-tiles) sets it. */
export const MAX_RECORD_BYTES = 65_535

/**
 * A single text that takes more bytes than this in JSON stands in the record as its digest and length. So a record has
 * room for its five texts and the roles of the largest token that HTTP headers can carry.
 */
export const MAX_TEXT_BYTES = 8_192

export interface RecordContext {
  /** UUIDv7; all parts of one access share it. */
  readonly id: string
  readonly instance: string
  /** One per data subject of the access, distinct. */
  readonly commitments: readonly string[]
  readonly folded: Folded | undefined
}

/** Several refusals in one record. Times are milliseconds since the epoch. */
export interface Folded {
  readonly count: number
  readonly first: number
  readonly last: number
}

type Members = { readonly [key: string]: Json | undefined }

/**
 * The record bytes of one access: canonical JSON (RFC 8785) in UTF-8, each at most MAX_RECORD_BYTES. What does not fit one
 * record continues in the next with the same `id` and a `part`; nothing is truncated. docs/audit.md describes the format.
 * Throws RangeError for an access that no record can hold (a lone surrogate, more than a record full of roles).
 */
export function encodeRecords(access: Access, context: RecordContext): readonly Buffer[] {
  const base = baseOf(access, context)
  const subjects = [...context.commitments].sort()
  const whole = bytesOf({
    ...base,
    blocked: unlessEmpty(access.blocked),
    fields: unlessEmpty(access.fields),
    rows: unlessEmpty(access.rows),
    subjects: subjects.length > 0 ? subjects : undefined,
  })
  if (whole.length <= MAX_RECORD_BYTES) return [whole]
  const parts = split(base, access, subjects)
  return parts.map((sets, i) => bytesOf({ ...base, ...sets, part: { number: i + 1, of: parts.length } }))
}

function baseOf(access: Access, context: RecordContext): Members {
  const { principal, operation, trace } = access
  const { folded } = context
  return {
    id: context.id,
    instance: context.instance,
    at: new Date(access.at).toISOString(),
    outcome: access.outcome,
    principal: principal && {
      subject: bounded(principal.subject),
      app: bounded(principal.app),
      roles: principal.roles.map(bounded),
    },
    purpose: access.purpose === undefined ? undefined : bounded(access.purpose),
    basis: access.basis,
    justification: access.justification === undefined ? undefined : bounded(access.justification),
    operation: {
      name: operation.name === undefined ? undefined : bounded(operation.name),
      hash: operation.hash,
    },
    policy: access.policy,
    response: access.response,
    trace: trace && { traceId: trace.traceId, spanId: trace.spanId },
    folded: folded && {
      count: folded.count,
      first: new Date(folded.first).toISOString(),
      last: new Date(folded.last).toISOString(),
    },
  }
}

/** An object, so that nobody can write a text that looks like a digest. */
function bounded(text: string): Json {
  if (text.length * LONGEST_ESCAPE <= MAX_TEXT_BYTES || sizeOf(text) <= MAX_TEXT_BYTES) return text
  const bytes = Buffer.from(text, 'utf8')
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
}

/** `\u0000`, for one UTF-16 code unit. */
const LONGEST_ESCAPE = 6

type SetName = 'blocked' | 'fields' | 'rows' | 'subjects'

/** Members of the sets, dealt out greedily in a fixed order, so that equal accesses split equally. */
function split(base: Members, access: Access, subjects: readonly string[]): readonly Members[] {
  const frame = {
    blocked: {},
    fields: {},
    rows: {},
    subjects: [],
    part: { number: MAX_PARTS, of: MAX_PARTS },
  }
  const room = MAX_RECORD_BYTES - bytesOf({ ...base, ...frame }).length
  // Without this an access without members would come out as no record at all.
  if (room <= 0) throw new RangeError('the access does not fit a record')
  const parts: { sets: Map<SetName, [string, Json][]>; left: number }[] = []
  const put = (set: SetName, key: string, value: Json) => {
    const size = set === 'subjects' ? sizeOf(value) + 1 : sizeOf(key) + sizeOf(value) + 2
    const last = parts.at(-1)
    const part = last && size <= last.left ? last : { sets: new Map<SetName, [string, Json][]>(), left: room }
    if (part !== last) parts.push(part)
    if (size > part.left) throw new RangeError('the access does not fit a record')
    part.left -= size
    const members = part.sets.get(set) ?? []
    part.sets.set(set, members)
    members.push([key, value])
  }
  for (const set of ['blocked', 'fields', 'rows'] as const)
    for (const [key, value] of Object.entries<Json>(access[set])) put(set, key, value)
  for (const subject of subjects) put('subjects', '', subject)
  return parts.map(({ sets }) =>
    Object.fromEntries(
      [...sets].map(([set, members]): [string, Json] =>
        set === 'subjects' ? [set, members.map(([, value]) => value)] : [set, Object.fromEntries(members)],
      ),
    ),
  )
}

const MAX_PARTS = 999_999_999

const sizeOf = (value: Json): number => Buffer.byteLength(canonicalJson(value))

const bytesOf = (members: Members): Buffer => Buffer.from(canonicalJson(members), 'utf8')

function unlessEmpty(members: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> | undefined {
  for (const _ in members) return members
  return undefined
}
