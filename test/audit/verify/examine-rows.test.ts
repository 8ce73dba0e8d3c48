import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { examineRows } from '../../../src/audit/verify/examine-rows.ts'
import { canonicalJson, type Json } from '../../../src/canonical-json.ts'

interface Row {
  readonly index: number
  readonly at: number
  readonly outcome: string | null
  readonly purpose: string | null
  readonly subject: string | null
  readonly app: string | null
  readonly record: Json
}

/** Texts that a search for members could take for JSON, and plain ones. */
const texts = fc.oneof(
  fc.constantFrom(
    'BILLING',
    'granted',
    '","outcome":"',
    '},"outcome":"x',
    'purpose":"BILLING',
    'a\\"b',
    'a"b',
    'a\\',
    '\\',
    '\\\\',
    'ø😀',
    '',
  ),
  fc.string({ maxLength: 12 }),
)
/** Within some seconds, as in a log: what was found out about one record might be taken for the next. */
const times = fc.integer({ min: Date.UTC(2026, 1, 1), max: Date.UTC(2026, 1, 1, 0, 0, 3) })

/** Another time, also one of the same second, and one that only its second tells apart. */
const shifts = fc.constantFrom(
  (at: number) => at - (at % 1000),
  (at: number) => at - 1000,
  (at: number) => Date.UTC(2024, 0, 1) + (at % 1000),
  (at: number) => at + 1,
)

const records = fc.record(
  {
    at: times.map((ms) => new Date(ms).toISOString()),
    fields: fc.dictionary(texts, fc.constantFrom('AS_IS', 'YEAR'), { maxKeys: 3 }),
    justification: texts,
    operation: fc.record({ hash: texts, name: texts }),
    outcome: fc.constantFrom('granted', 'refused'),
    policy: fc.oneof(fc.constantFrom('0123456789abcdef'.repeat(4), 'f'.repeat(64)), texts),
    principal: fc.record({ app: texts, roles: fc.array(texts, { maxLength: 2 }), subject: texts }),
    purpose: texts,
    rows: fc.constant({ Customer: 1 }),
  },
  { requiredKeys: ['at', 'outcome', 'policy'] },
)

/** The record of another row, with one member of the next one, and maybe with the columns as they were. */
const repetitions = fc.tuple(
  fc.nat({ max: 1 }),
  fc.constantFrom(
    'none',
    'none',
    'none',
    'none',
    'at',
    'fields',
    'outcome',
    'policy',
    'principal',
    'purpose',
  ),
  fc.constantFrom('none', 'none', 'none', 'at', 'outcome', 'purpose', 'subject', 'app'),
  texts,
  shifts,
  fc.boolean(),
)

/** Rows whose columns mostly repeat the record, as they do in a log that nobody changed, and whose records mostly repeat another. */
const rows = fc
  .array(
    fc.tuple(
      records,
      fc.constantFrom('none', 'at', 'outcome', 'purpose', 'subject', 'app', 'none', 'none'),
      texts,
      shifts,
    ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((drawn) => fc.tuple(fc.constant(drawn), fc.array(repetitions, { maxLength: 12 })))
  .map(([drawn, repeated]) => [
    ...drawn.map(([record, ...change]) => [record, ...change, record] as const),
    ...repeated.flatMap(([which, but, changed, text, time, kept]) => {
      const other = drawn[(which + 1) % drawn.length]
      const repeatedRow = drawn[which % drawn.length]
      if (other === undefined || repeatedRow === undefined) return []
      const [record] = repeatedRow
      const altered = but === 'none' ? record : { ...record, [but]: other[0][but] }
      return [[altered, changed, text, time, kept ? record : altered] as const]
    }),
  ])

test('each row: its hash, its policy, and the column that does not repeat the record', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const stored = drawn.map(([record, changed, text, time, copied], index): Row => {
        const row = {
          index,
          at: Date.parse(copied.at),
          outcome: copied.outcome,
          purpose: copied.purpose ?? null,
          subject: copied.principal?.subject ?? null,
          app: copied.principal?.app ?? null,
          record: record as unknown as Json,
        }
        return changed === 'none' ? row : { ...row, [changed]: changed === 'at' ? time(row.at) : text }
      })
      const found = examineRows(Buffer.concat(stored.map(rowBytes)))
      expect([...found.indexes]).toEqual(stored.map(({ index }) => index))
      expect(Buffer.from(found.leafHashes)).toEqual(Buffer.concat(stored.map(leafHash)))
      expect(found.differing).toEqual(stored.flatMap(differing))
      expect([...found.policies]).toEqual([...policiesOf(stored)])
    }),
    { numRuns: 500 },
  )
})

const ordinary = {
  at: '2026-02-01T00:00:00.000Z',
  fields: { 'Customer.name': 'AS_IS' },
  outcome: 'granted',
  policy: '0123456789abcdef'.repeat(4),
  principal: { app: 'crm', roles: ['CLERK'], subject: 'anna' },
  purpose: 'BILLING',
}
const copies = {
  at: Date.parse(ordinary.at),
  outcome: ordinary.outcome,
  purpose: ordinary.purpose,
  subject: ordinary.principal.subject,
  app: ordinary.principal.app,
}

test.each([
  ['at', { at: '2026-02-01T00:00:00.001Z' }, { at: copies.at + 1 }],
  ['outcome', { outcome: 'refused' }, { outcome: 'refused' }],
  ['purpose', { purpose: 'SUPPORT' }, { purpose: 'SUPPORT' }],
  ['app', { principal: { ...ordinary.principal, app: 'erp' } }, { app: 'erp' }],
  ['subject', { principal: { ...ordinary.principal, subject: 'ole1' } }, { subject: 'ole1' }],
])('%s: another one of the same length, after a row that is sound', (column, member, copy) => {
  const [sound, changed] = [ordinary as Json, { ...ordinary, ...member } as Json]
  const drawn: readonly Row[] = [
    { index: 0, ...copies, record: sound },
    { index: 1, ...copies, record: sound },
    { index: 2, ...copies, record: changed },
    { index: 3, ...copies, record: sound },
    { index: 4, ...copies, ...copy, record: sound },
    { index: 5, ...copies, ...copy, record: changed },
  ]
  const { differing: found } = examineRows(Buffer.concat(drawn.map(rowBytes)))
  expect(found).toEqual([
    { index: 2, column },
    { index: 4, column },
  ])
})

test.each([
  ['an escaped quote', '"crm"', '\\'],
  ['an escaped quote behind a letter', 'a"b', 'a\\'],
  ['a backslash', '\\', '\\\\'],
  ['the end of a line', 'a\n', 'a\\n'],
  ['a control character', '\u0001', '\\u0001'],
])('%s in the record is not what it looks like there', (_, said, stored) => {
  const record: Json = { ...ordinary, principal: { ...ordinary.principal, app: said } }
  const drawn = [said, stored, said, stored].map((app, index): Row => ({ index, ...copies, app, record }))
  const { differing: found } = examineRows(Buffer.concat(drawn.map(rowBytes)))
  expect(found).toEqual([
    { index: 1, column: 'app' },
    { index: 3, column: 'app' },
  ])
})

test('another policy in a row that is the same in all else', () => {
  const other = 'f'.repeat(64)
  const drawn = [ordinary, ordinary, { ...ordinary, policy: other }, ordinary].map(
    (record, index): Row => ({ index, ...copies, record }),
  )
  const { policies } = examineRows(Buffer.concat(drawn.map(rowBytes)))
  expect([...policies]).toEqual([
    [ordinary.policy, 0],
    [other, 2],
  ])
})

test('a policy that is named behind all that a row repeats', () => {
  const { policy, ...unnamed } = ordinary
  const other = 'f'.repeat(64)
  const drawn = [policy, other].map(
    (named, index): Row => ({ index, ...copies, record: { ...unnamed, response: { policy: named } } }),
  )
  const { policies } = examineRows(Buffer.concat(drawn.map(rowBytes)))
  expect([...policies]).toEqual([
    [policy, 0],
    [other, 1],
  ])
})

function leafHash({ record }: Row): Buffer {
  return createHash('sha256').update('\0').update(canonicalJson(record)).digest()
}

/** By what the record says once it is parsed. */
function differing(row: Row) {
  const { at, outcome, purpose, principal } = row.record as unknown as {
    at: string
    outcome: string
    purpose?: string
    principal?: { app: string; subject: string }
  }
  const said = { at: Date.parse(at), outcome, purpose, subject: principal?.subject, app: principal?.app }
  for (const column of ['at', 'outcome', 'purpose', 'subject', 'app'] as const)
    if ((said[column] ?? null) !== row[column]) return [{ index: row.index, column }]
  return []
}

function policiesOf(stored: readonly Row[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const { index, record } of stored) {
    const { policy } = record as unknown as { policy: string }
    if (/^[0-9a-f]{64}$/.test(policy) && !first.has(policy)) first.set(policy, index)
  }
  return first
}

/** PostgreSQL's `record_send`: how many columns, and of each its type, its length and its value. */
function rowBytes({ index, at, outcome, purpose, subject, app, record }: Row): Buffer {
  const integer = (value: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(value))
    return bytes
  }
  const micros = (at - Date.UTC(2000, 0, 1)) * 1000
  const values = [integer(index), integer(micros), outcome, purpose, subject, app, canonicalJson(record)]
  const head = Buffer.alloc(4)
  head.writeInt32BE(values.length)
  return Buffer.concat([head, ...values.flatMap((value) => [Buffer.alloc(4, 7), valueBytes(value)])])
}

function valueBytes(value: Buffer | string | null): Buffer {
  const length = Buffer.alloc(4)
  const bytes = value === null ? Buffer.alloc(0) : Buffer.from(value)
  length.writeInt32BE(value === null ? -1 : bytes.length)
  return Buffer.concat([length, bytes])
}
