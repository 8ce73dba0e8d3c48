import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Cancellation } from '../cancellation.ts'
import type { Reader } from '../database/reader.ts'
import type { ErrorCode, Problem } from '../errors.ts'
import { invariant } from '../invariant.ts'
import { isLong } from '../long-answer.ts'
import { giveBytes, takeBytes } from '../reused-bytes.ts'
import { type Binding, bindStatement } from './bind-statement.ts'
import { compactJson } from './compact-json.ts'
import { cursorContext } from './cursor-context.ts'
import { NONCE_BYTES, type Place, sealCursors } from './seal-cursor.ts'
import type { Statement, Tally } from './statement.ts'

/** JSON on its way to the client; where it is long, the bytes of it in UTF-8, from `takeBytes`. */
export type JsonText = string | Buffer

/** What one root field read. */
export interface RootAnswer {
  readonly kind: 'answer'
  /** The field's value, exactly as the client gets it. */
  readonly json: JsonText
  readonly tallies: Tallies
}

export interface Tallies {
  readonly rows: ReadonlyMap<string, number>
  /** Model that stands for the subject → keys, distinct. */
  readonly subjects: ReadonlyMap<string, ReadonlySet<string>>
}

export type ReadResult = RootAnswer | { readonly kind: 'failed'; readonly problem: Problem }

/** Runs one root field's statement and opens its answer. Failures name no value, no SQL and no host. */
export async function readRoot(
  reader: Reader,
  statement: Statement,
  binding: Omit<Binding, 'cursorMark'>,
  cancellation: Cancellation | undefined,
): Promise<ReadResult> {
  const cursorMark = statement.hasCursors ? `${randomBytes(16).toString('hex')}.` : ''
  const bound = bindStatement(statement, { ...binding, cursorMark })
  if (bound.kind === 'refused') return { kind: 'failed', problem: bound.problem }
  const { name, text, short, planOnce } = statement
  const result = await reader.run({ name, text, short, planOnce, values: bound.values }, cancellation)
  if (result.kind === 'failed')
    return {
      kind: 'failed',
      problem: { code: result.code, message: MESSAGES[result.code] ?? MESSAGES.INTERNAL_ERROR },
    }
  const [row] = result.rows
  const value = row?.[0]
  const served = typeof value === 'string' || Buffer.isBuffer(value) ? value : 'null'
  if (isLong(served)) await turn()
  const json = statement.storedJson ? compactJson(decoded(served)) : served
  const tallied: Tallied = { rows: new Map(), subjects: new Map() }
  for (const _ of tally(statement.tallies, row, tallied)) await turn()
  const { groups } = binding.limits
  if (statement.groups !== undefined && (tallied.rows.get(statement.groups) ?? 0) > groups)
    return {
      kind: 'failed',
      problem: {
        code: 'QUERY_TOO_LARGE',
        message: `there are more than the ${groups} groups that one aggregate may have; group by less, or filter`,
      },
    }
  return {
    kind: 'answer',
    json: statement.hasCursors ? await withCursors(json, cursorMark, statement, binding) : json,
    tallies: tallied,
  }
}

const MESSAGES: Partial<Record<ErrorCode, string>> & { readonly INTERNAL_ERROR: string } = {
  STATEMENT_TIMEOUT: 'the read took too long; ask for less or filter by an indexed field',
  DATABASE_UNAVAILABLE: 'the database does not answer; try again later',
  REQUEST_CANCELLED: 'the request was cancelled',
  BAD_USER_INPUT: 'an argument has a value that its field cannot have',
  INTERNAL_ERROR: 'the read failed',
}

/** Of an answer that has to be looked into; its bytes are given back. */
function decoded(json: JsonText): string {
  if (typeof json === 'string') return json
  const text = json.toString()
  giveBytes(json)
  return text
}

/** With turns of the event loop in between, thousands of cursors hold nobody up. */
const CURSORS_IN_A_TURN = 64

interface Marked extends Place {
  /** Where it stands in the answer. */
  readonly start: number
  readonly end: number
}

/** In bytes, which are copied, hashed and sent as they are; a text of megabytes would be encoded for each. */
async function withCursors(
  json: JsonText,
  mark: string,
  statement: Statement,
  binding: Pick<Binding, 'purpose' | 'pseudonymPeriod' | 'keys'>,
): Promise<Buffer> {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json
  const scopes = statement.cursorScopes.map((scope) => cursorContext(binding, scope))
  const marks: Marked[] = []
  const cursors: string[] = []
  let some: readonly Marked[]
  do {
    if (marks.length > 0) await turn()
    some = marksFrom(bytes, marks.at(-1)?.end ?? 0, mark, scopes)
    marks.push(...some)
    cursors.push(...sealCursors(some, binding.keys.cursor, randomBytes(NONCE_BYTES)))
  } while (some.length === CURSORS_IN_A_TURN)
  const replaced = marks.reduce(
    (sum, { start, end }, i) => sum + (cursors[i]?.length ?? 0) - (end - start),
    0,
  )
  const whole = takeBytes(bytes.length + replaced)
  let at = 0
  let from = 0
  for (const [i, { start, end }] of marks.entries()) {
    at += bytes.copy(whole, at, from, start)
    at += whole.write(cursors[i] ?? '', at, 'latin1')
    from = end
  }
  at += bytes.copy(whole, at, from)
  invariant(at === whole.length, 'an answer fills the memory that it was given')
  giveBytes(bytes)
  return whole
}

/** The next places under a mark, as many as one turn seals. */
function marksFrom(bytes: Buffer, from: number, mark: string, scopes: readonly string[]): readonly Marked[] {
  const marks: Marked[] = []
  for (let end = from; marks.length < CURSORS_IN_A_TURN; ) {
    const start = bytes.indexOf(mark, end)
    if (start === -1) break
    // A cursor is a JSON text of its own.
    end = bytes.indexOf('"', start)
    const [list, hex = ''] = bytes.toString('latin1', start + mark.length, end).split('.')
    marks.push({
      start,
      end,
      place: Buffer.from(hex, 'hex').toString('utf8'),
      scope: scopes[Number(list)] ?? '',
    })
  }
  return marks
}

interface Tallied extends Tallies {
  readonly rows: Map<string, number>
  readonly subjects: Map<string, Set<string>>
}

const KEYS_IN_A_STEP = 1_000

/** Yields where others may go first: nowhere, unless there are thousands of data subjects. */
function* tally(
  tallies: readonly Tally[],
  row: readonly unknown[] | undefined,
  { rows, subjects }: Tallied,
): Generator<void> {
  for (const [i, { kind, model }] of tallies.entries()) {
    const value = row?.[i + 1]
    if (kind === 'rows') rows.set(model, (rows.get(model) ?? 0) + Number(value ?? 0))
    else if (typeof value === 'string' || Buffer.isBuffer(value)) {
      const keys = subjects.get(model) ?? new Set()
      subjects.set(model, keys)
      let added = 0
      for (const key of keysOf(JSON.parse(value.toString()))) {
        keys.add(key)
        if (++added % KEYS_IN_A_STEP === 0) yield
      }
    }
  }
}

function* keysOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value))
    for (const item of value)
      if (typeof item === 'string') yield item
      else yield* keysOf(item)
}
