import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../canonical-json.ts'
import type { Access } from './access.ts'

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

/**
 * The record bytes of one access: canonical JSON (RFC 8785) in UTF-8, each at most MAX_RECORD_BYTES. What does not fit one
 * record continues in the next with the same `id` and a `part`; nothing is truncated. docs/audit.md describes the format.
 * Throws RangeError for an access that no record can hold (a lone surrogate, more than a record full of roles).
 */
export function encodeRecords(access: Access, context: RecordContext): readonly Buffer[] {
  return [...eachRecord(access, context)]
}

/** The same one by one, each encoded when it is asked for, so that whoever has many can let others go first. */
export function* eachRecord(access: Access, context: RecordContext): Generator<Buffer, void> {
  const sets = {
    blocked: ordered(access.blocked),
    fields: ordered(access.fields),
    rows: ordered(access.rows),
    subjects: [...context.commitments].sort(),
  }
  const subjectBytes = sets.subjects.reduce((sum, subject) => sum + subject.length, 0)
  // Not even encoded where it cannot fit: that would take as long as all parts together.
  const whole = subjectBytes > MAX_RECORD_BYTES ? undefined : bytesOf(access, context, sets, undefined)
  if (whole !== undefined && whole.length <= MAX_RECORD_BYTES) {
    yield whole
    return
  }
  const parts = split(access, context, sets)
  for (const [i, part] of parts.entries())
    yield bytesOf(access, context, part, { number: i + 1, of: parts.length })
}

/** The members of an access that may be dealt out over several records. */
interface Sets {
  readonly blocked: Readonly<Record<string, Json>>
  readonly fields: Readonly<Record<string, Json>>
  readonly rows: Readonly<Record<string, Json>>
  readonly subjects: readonly string[]
}

interface Part {
  readonly number: number
  readonly of: number
}

/** Members stand in canonical order: that makes the JSON cheap, not right (`canonicalJson` sees to that). */
function bytesOf(access: Access, context: RecordContext, sets: Sets, part: Part | undefined): Buffer {
  const { principal, operation, trace } = access
  const { folded } = context
  const text = canonicalJson({
    action: access.action,
    at: new Date(access.at).toISOString(),
    basis: access.basis,
    blocked: unlessEmpty(sets.blocked),
    breakGlass: access.breakGlass,
    fields: unlessEmpty(sets.fields),
    folded: folded && {
      count: folded.count,
      first: new Date(folded.first).toISOString(),
      last: new Date(folded.last).toISOString(),
    },
    id: context.id,
    instance: context.instance,
    justification: bounded(access.justification),
    operation: { hash: operation.hash, name: bounded(operation.name) },
    outcome: access.outcome,
    part: part && { number: part.number, of: part.of },
    policy: access.policy,
    principal: principal && {
      app: bounded(principal.app),
      roles: principal.roles.map((role) => bounded(role) ?? ''),
      subject: bounded(principal.subject),
    },
    purpose: bounded(access.purpose),
    response: access.response,
    rows: unlessEmpty(sets.rows),
    subjects: sets.subjects.length > 0 ? sets.subjects : undefined,
    trace: trace && { spanId: trace.spanId, traceId: trace.traceId },
  })
  return Buffer.from(text, 'utf8')
}

/** An object, so that nobody can write a text that looks like a digest. */
function bounded(text: string | undefined): Json | undefined {
  if (text === undefined || text.length * LONGEST_ESCAPE <= MAX_TEXT_BYTES || sizeOf(text) <= MAX_TEXT_BYTES)
    return text
  const bytes = Buffer.from(text, 'utf8')
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** `\u0000`, for one UTF-16 code unit. */
const LONGEST_ESCAPE = 6

/** Dealt out greedily in a fixed order, so that equal accesses split equally. */
function split(access: Access, context: RecordContext, sets: Sets): readonly Sets[] {
  const empty: Sets = { blocked: {}, fields: {}, rows: {}, subjects: [] }
  const frame = bytesOf(access, context, empty, { number: MAX_PARTS, of: MAX_PARTS }).length + SET_NAMES_BYTES
  const room = MAX_RECORD_BYTES - frame
  // Without this an access without members would come out as no record at all.
  if (room <= 0) throw new RangeError('the access does not fit a record')
  const parts: Dealt[] = []
  /** The part that takes a member of so many bytes, comma included. */
  const partFor = (bytes: number): Dealt => {
    const last = parts.at(-1)
    const part = last && bytes <= last.left ? last : createDealt(room)
    if (part !== last) parts.push(part)
    if (bytes > part.left) throw new RangeError('the access does not fit a record')
    part.left -= bytes
    return part
  }
  for (const set of ['blocked', 'fields', 'rows'] as const)
    for (const [key, value] of Object.entries(sets[set]))
      partFor(sizeOf(key) + sizeOf(value) + 2)[set].push([key, value])
  // Base64url, so nothing in it is escaped.
  for (const subject of sets.subjects) partFor(subject.length + QUOTES_AND_COMMA).subjects.push(subject)
  return parts.map(({ blocked, fields, rows, subjects }) => ({
    blocked: Object.fromEntries(blocked),
    fields: Object.fromEntries(fields),
    rows: Object.fromEntries(rows),
    subjects,
  }))
}

interface Dealt {
  readonly blocked: [string, Json][]
  readonly fields: [string, Json][]
  readonly rows: [string, Json][]
  readonly subjects: string[]
  left: number
}

const createDealt = (left: number): Dealt => ({ blocked: [], fields: [], rows: [], subjects: [], left })

const QUOTES_AND_COMMA = 3
const MAX_PARTS = 999_999_999
const SET_NAMES_BYTES = '"blocked":{},"fields":{},"rows":{},"subjects":[],'.length

const sizeOf = (value: Json): number => Buffer.byteLength(canonicalJson(value))

function ordered(members: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const keys = Object.keys(members)
  if (keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key)) return members
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function unlessEmpty(members: Sets['fields']): Sets['fields'] | undefined {
  for (const _ in members) return members
  return undefined
}
