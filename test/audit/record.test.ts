import { createHash } from 'node:crypto'
import reference from 'canonicalize'
import { describe, expect, it } from 'vitest'
import { commitment } from '../../src/audit/commitment.ts'
import { leafHash } from '../../src/audit/leaf.ts'
import { encodeRecords, MAX_RECORD_BYTES, MAX_TEXT_BYTES } from '../../src/audit/record.ts'
import { accessOf, refusalOf } from './accesses.ts'

// Its types describe another module format than the one it has.
const canonicalize = reference as unknown as (value: unknown) => string

const context = {
  id: '01939f2e-7d3d-7cc0-8f6e-3f1a8b0c9d21',
  instance: 'gw-1',
  commitments: ['b', 'a'],
  folded: undefined,
}
const parse = (bytes: Buffer) => JSON.parse(bytes.toString('utf8'))

describe('encodeRecords', () => {
  it('is canonical JSON with the field names of the log', () => {
    const [record, ...others] = encodeRecords(accessOf({ justification: 'case 4711 – Åse', at: 0 }), context)
    expect(others).toEqual([])
    const value = parse(record as Buffer)
    expect(record?.toString('utf8')).toBe(canonicalize(value))
    expect(value).toEqual({
      id: context.id,
      instance: 'gw-1',
      at: '1970-01-01T00:00:00.000Z',
      outcome: 'granted',
      principal: { subject: 'ane', app: 'invoicing', roles: ['BILLING_CLERK'] },
      purpose: 'BILLING',
      basis: 'CONTRACT',
      justification: 'case 4711 – Åse',
      operation: { name: 'InvoiceRun', hash: '5e'.repeat(32) },
      fields: { 'Customer.id': 'AS_IS', 'Customer.name': 'AS_IS', 'Contact.email': 'DOMAIN' },
      rows: { Customer: 1, Contact: 2 },
      subjects: ['a', 'b'],
      policy: 'b0'.repeat(32),
      response: 'c1'.repeat(32),
      trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
    })
  })

  it('leaves out what is unknown, and counts folded refusals', () => {
    const access = refusalOf({ principal: undefined, purpose: undefined, basis: undefined, trace: undefined })
    const folded = { count: 37, first: 0, last: 900 }
    const [record] = encodeRecords(access, { ...context, commitments: [], folded })
    expect(parse(record as Buffer)).toEqual({
      id: context.id,
      instance: 'gw-1',
      at: '2026-11-22T09:30:00.125Z',
      outcome: 'refused',
      operation: { name: 'InvoiceRun', hash: '5e'.repeat(32) },
      blocked: { 'Contact.email': 'FIELD_NOT_PERMITTED' },
      policy: 'b0'.repeat(32),
      folded: { count: 37, first: '1970-01-01T00:00:00.000Z', last: '1970-01-01T00:00:00.900Z' },
    })
  })

  it('splits 5,000 data subjects over numbered records and loses none', () => {
    const commitments = Array.from({ length: 5_000 }, (_, i) => commitment(Buffer.alloc(32, 7), String(i)))
    const records = encodeRecords(accessOf(), { ...context, commitments })
    expect(records.length).toBe(4)
    for (const record of records) expect(record.length).toBeLessThanOrEqual(MAX_RECORD_BYTES)
    const values = records.map(parse)
    expect(values.map((value) => value.part)).toEqual([1, 2, 3, 4].map((number) => ({ number, of: 4 })))
    expect(new Set(values.map((value) => value.id)).size).toBe(1)
    for (const value of values) expect(value.principal.subject).toBe('ane')
    expect(values.flatMap((value) => value.subjects)).toEqual([...commitments].sort())
    expect(Object.assign({}, ...values.map((value) => value.fields))).toEqual(accessOf().fields)
  })

  it('splits every set, and fills records to the last byte at most', () => {
    const many = (prefix: string, value: string | number) =>
      Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`${prefix}.fieldÆ${i}`, value]))
    const access = accessOf({
      fields: many('A', 'AS_IS') as Record<string, string>,
      blocked: many('B', 'FIELD_NOT_PERMITTED') as Record<string, string>,
      rows: many('C', 12) as Record<string, number>,
    })
    const values = encodeRecords(access, context).map((record) => {
      expect(record.length).toBeLessThanOrEqual(MAX_RECORD_BYTES)
      return parse(record)
    })
    for (const set of ['fields', 'blocked', 'rows'] as const)
      expect(Object.assign({}, ...values.map((value) => value[set]))).toEqual(access[set])
  })

  it('records an over-long text as its digest, whatever mischief is in it', () => {
    const purpose = '\u0000'.repeat(100_000)
    const longest = 'x'.repeat(MAX_TEXT_BYTES - 2)
    const roles = Array.from({ length: 1_300 }, (_, i) => `ROLE_${i}`)
    const access = refusalOf({
      purpose,
      justification: longest,
      operation: { name: `${longest}x`, hash: undefined },
      principal: { subject: longest, app: longest, roles },
    })
    const [record, ...others] = encodeRecords(access, context)
    expect(others).toEqual([])
    const value = parse(record as Buffer)
    expect(value.purpose).toEqual({
      sha256: createHash('sha256').update(purpose).digest('hex'),
      bytes: 100_000,
    })
    expect(value.operation.name.bytes).toBe(MAX_TEXT_BYTES - 1)
    expect(value.justification).toBe(longest)
    expect(value.principal.roles).toEqual(roles)
  })

  it('throws rather than make a wrong record', () => {
    const roles = Array.from({ length: 10_000 }, (_, i) => `ROLE_${i}`)
    const principal = { subject: 'ane', app: 'invoicing', roles }
    expect(() => encodeRecords(accessOf({ principal }), context)).toThrow(RangeError)
    expect(() =>
      encodeRecords(refusalOf({ principal, blocked: {} }), { ...context, commitments: [] }),
    ).toThrow(RangeError)
    expect(() => encodeRecords(accessOf({ at: Number.NaN }), context)).toThrow(RangeError)
    expect(() => encodeRecords(accessOf({ justification: '\ud800' }), context)).toThrow(RangeError)
  })
})

describe('hashes', () => {
  it('are those of RFC 6962: the leaf of the empty entry', () => {
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    )
  })

  it('commit to a subject by salt and key', () => {
    const salt = Buffer.alloc(32, 1)
    const expected = createHash('sha256')
      .update(Buffer.concat([salt, Buffer.from('["Ærø","7"]')]))
      .digest('base64url')
    expect(commitment(salt, '["Ærø","7"]')).toBe(expected)
    expect(commitment(Buffer.alloc(32, 2), '["Ærø","7"]')).not.toBe(expected)
  })
})
