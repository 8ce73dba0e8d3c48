import { expect, it } from 'vitest'
import type { Condition } from '../../src/plan/condition.ts'
import { along, storedColumn } from '../../src/plan/stored-condition.ts'
import type { Retention } from '../../src/policy/keeping.ts'
import { isImplied, type RowAbove } from '../../src/read/implied-condition.ts'

const INVOICE = { schema: undefined, name: 'invoice' }
const TO_INVOICE = { table: INVOICE, join: [{ from: 'invoice_id', to: 'id' }] }

const RETENTION = {
  months: 60,
  days: 0,
  yearStarts: { month: 1, day: 1 },
  timeZone: 'Europe/Copenhagen',
} as Retention

const kept = (retention = RETENTION, column = 'issued_at'): Condition => ({
  kind: 'compare',
  field: storedColumn(column, 'DateTime', 'timestamptz'),
  operator: 'gte',
  insensitive: false,
  value: { kind: 'cutoff', retention },
})

const above = (changes: Partial<RowAbove> = {}): RowAbove => ({
  table: INVOICE,
  join: [{ from: 'id', to: 'invoice_id' }],
  condition: kept(),
  ...changes,
})

it('lines of an invoice are kept as long as the invoice', () => {
  expect(isImplied(along([TO_INVOICE], kept()), above())).toBe(true)
  const more: Condition = { kind: 'and', operands: [kept(RETENTION, 'other'), kept()] }
  expect(isImplied(along([TO_INVOICE], kept()), above({ condition: more }))).toBe(true)
})

it.each<[string, Condition, Partial<RowAbove>]>([
  ['a longer period above', along([TO_INVOICE], kept()), { condition: kept({ ...RETENTION, months: 61 }) }],
  ['other days', along([TO_INVOICE], kept()), { condition: kept({ ...RETENTION, days: 1 }) }],
  ['another year', along([TO_INVOICE], kept()), { condition: kept({ ...RETENTION, yearStarts: undefined }) }],
  ['another time zone', along([TO_INVOICE], kept()), { condition: kept({ ...RETENTION, timeZone: 'UTC' }) }],
  ['another date', along([TO_INVOICE], kept()), { condition: kept(RETENTION, 'due_on') }],
  ['no rule above', along([TO_INVOICE], kept()), { condition: undefined }],
  ['one of two above', along([TO_INVOICE], kept()), { condition: { kind: 'or', operands: [kept()] } }],
  ['the opposite above', along([TO_INVOICE], kept()), { condition: { kind: 'not', operand: kept() } }],
  ['another table', along([TO_INVOICE], kept()), { table: { ...INVOICE, name: 'credit_note' } }],
  ['another schema', along([TO_INVOICE], kept()), { table: { ...INVOICE, schema: 'old' } }],
  ['another relation', along([TO_INVOICE], kept()), { join: [{ from: 'id', to: 'credits_invoice_id' }] }],
  ['a part of a key', along([TO_INVOICE], kept()), { join: [] }],
  ['a date of the row itself', kept(), {}],
  ['rows that are past it', along([TO_INVOICE], { ...kept(), operator: 'lt' } as Condition), {}],
  ['none of its rows', { kind: 'not', operand: along([TO_INVOICE], kept()) }, {}],
])('not: %s', (_what, condition, changes) => {
  expect(isImplied(condition, above(changes))).toBe(false)
})
