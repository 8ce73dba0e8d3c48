import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScalarField } from '../../src/policy/governed-model.ts'
import type { ScalarName } from '../../src/policy/scalar-name.ts'
import { FITS, type Transform } from '../../src/policy/transform.ts'
import { scalarSql } from '../../src/read/scalar-sql.ts'
import { SqlWriter } from '../../src/read/sql-writer.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { servedForm } from '../oracle/forms.ts'
import type { StoredField } from '../oracle/stored.ts'

/** Each form as PostgreSQL makes it, against the oracle's evaluation, which shares no code with it. */
let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client?.end()
  await database?.drop()
})

const SQL_TYPES: Partial<Record<ScalarName, string>> = {
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Decimal: 'numeric',
  Date: 'date',
  DateTime: 'timestamptz',
  JSON: 'jsonb',
}

/** What the gateway serves for a stored value, given as PostgreSQL reads it. */
async function served(
  transform: Transform,
  type: ScalarName,
  stored: readonly (string | null)[],
  { step, sqlType = SQL_TYPES[type] ?? 'text' }: { step?: string; sqlType?: string } = {},
): Promise<readonly unknown[]> {
  const field: ScalarField = {
    kind: 'scalar',
    name: 'c',
    coordinate: 'T.c',
    description: '',
    category: undefined,
    permits: new Map(),
    type,
    enumName: undefined,
    list: false,
    nonNull: false,
    column: 'c',
    sqlType,
    steps: undefined,
  }
  const json = scalarSql(new SqlWriter(), { field, transform, step }, 'v.c', new Map())
  const sql = json.kind === 'constant' ? `'${json.json}'` : json.sql
  const { rows } = await client.query<{ j: string }>(
    `SELECT ${sql} AS j FROM (SELECT item::${sqlType} AS c, place FROM unnest($1::text[]) WITH ORDINALITY AS i(item, place)) v ORDER BY place`,
    [stored],
  )
  return rows.map(({ j }) => JSON.parse(j) as unknown)
}

const TEXT: StoredField = {
  name: 'c',
  column: 'c',
  kind: 'scalar',
  type: 'String',
  list: false,
  nullable: true,
  native: undefined,
  join: [],
  owns: false,
  enumType: '',
  values: [],
}

/** The oracle's word, for values that are already in the form of the scalar. */
const expected = (form: string, type: string, values: readonly unknown[]) =>
  values.map((value) => servedForm(form, type, TEXT, value, 'P', 'secret'))

/** Text that goes wrong: several scripts, marks, pairs of surrogates, every kind of space, patterns. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...' -\u2010\u2011\u00a0\u3000\u2028\t\n\r.\'"\\%_^$@0123456789'),
    fc.constantFrom('Å', 'ø', 'a', 'A', '\u030a', '\u0301', '王', '👩', 'ß', '\ufeff', '\u200d'),
  ),
  maxLength: 14,
})

describe('forms of text', () => {
  it.each(['INITIALS', 'POSTCODE_AREA', 'PRESENCE', 'REDACTED', 'LAST4', 'DOMAIN'] as const)(
    '%s of any text is what the oracle says',
    async (form) => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(text), { minLength: 1, maxLength: 60 }), async (values) => {
          expect(await served(form, 'String', values)).toEqual(expected(form, 'String', values))
        }),
        { numRuns: 40 },
      )
    },
  )

  it('INITIALS', async () => {
    const names = [
      'Åse-Marie von Ø.',
      'Å̊se',
      'A\u030ase Bo',
      '  Bo\u00a0 Li ',
      '王小明',
      '',
      ' - ',
      "O'Brien",
      'x',
    ]
    expect(await served('INITIALS', 'String', names)).toEqual([
      'ÅMvØ',
      'Å̊',
      'A\u030aB',
      'BL',
      '王',
      '',
      '',
      'O',
      'x',
    ])
  })

  it('POSTCODE_AREA', async () => {
    const codes = [
      '2200',
      '0999',
      '10115',
      '111 22',
      'SW1A 1AA',
      '',
      ' 2200',
      '2200\n',
      '٢٢٠٠',
      'DK-2200',
      null,
    ]
    expect(await served('POSTCODE_AREA', 'String', codes)).toEqual(['22xx', '09xx', ...Array(9).fill(null)])
  })

  it('PRESENCE', async () => {
    expect(await served('PRESENCE', 'String', ['x', ' ', 'null', '', null])).toEqual([
      'present',
      'present',
      'present',
      null,
      null,
    ])
    expect(await served('PRESENCE', 'JSON', ['{"a":1}', '""', '0', 'null', null])).toEqual([
      'present',
      'present',
      'present',
      null,
      null,
    ])
  })

  it('of a column of fixed width', async () => {
    const options = { sqlType: 'char(8)' }
    expect(await served('POSTCODE_AREA', 'String', ['2200'], options)).toEqual(['22xx'])
    expect(await served('PRESENCE', 'String', ['', 'x'], options)).toEqual([null, 'present'])
    expect(await served('INITIALS', 'String', ['Bo Li'], options)).toEqual(['BL'])
  })

  it('REDACTED says nothing, not even null', async () => {
    expect(await served('REDACTED', 'JSON', ['{"a":1}', null])).toEqual(['[redacted]', '[redacted]'])
  })
})

const dates = fc.array(
  fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
  { minLength: 1, maxLength: 60 },
)

describe('forms of dates', () => {
  it.each(['YEAR', 'MONTH', 'DECADE'] as const)('%s of any date is what the oracle says', async (form) => {
    for (const zone of ['UTC', 'Europe/Copenhagen', 'Pacific/Kiritimati', 'America/St_Johns']) {
      await client.query(`SET TIME ZONE '${zone}'`)
      await fc.assert(
        fc.asyncProperty(dates, async (values) => {
          const later = form === 'DECADE' ? values.filter((date) => date.getUTCFullYear() > 9) : values
          const texts = later.map((date) => date.toISOString())
          const days = texts.map((instant) => instant.slice(0, 10))
          expect(await served(form, 'DateTime', texts)).toEqual(expected(form, 'DateTime', texts))
          const options = { sqlType: 'timestamp' }
          const local = texts.map((instant) => instant.replace('Z', ''))
          expect(await served(form, 'DateTime', local, options)).toEqual(expected(form, 'DateTime', texts))
          expect(await served(form, 'Date', days)).toEqual(expected(form, 'Date', days))
        }),
        { numRuns: 10 },
      )
    }
    await client.query('RESET TIME ZONE')
  })

  it('begin at midnight in UTC, wherever the instant was written', async () => {
    const eve = ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00+01:00', '2024-02-29T23:59:59.999Z', null]
    expect(await served('MONTH', 'DateTime', eve)).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2025-12-01T00:00:00.000Z',
      '2024-02-01T00:00:00.000Z',
      null,
    ])
    expect(await served('DECADE', 'DateTime', eve)).toEqual([
      '2020-01-01T00:00:00.000Z',
      '2020-01-01T00:00:00.000Z',
      '2020-01-01T00:00:00.000Z',
      null,
    ])
  })

  it('before the year 1 count back: the decade of 44 BC begins in 51 BC, for there is a year 0, which is 1 BC', async () => {
    const days = ['0044-03-15 BC', '0005-06-01', 'infinity', '-infinity']
    expect(await served('YEAR', 'Date', days)).toEqual([
      '0044-01-01 BC',
      '0005-01-01',
      'infinity',
      '-infinity',
    ])
    expect(await served('MONTH', 'Date', days)).toEqual([
      '0044-03-01 BC',
      '0005-06-01',
      'infinity',
      '-infinity',
    ])
    expect(await served('DECADE', 'Date', days)).toEqual([
      '0051-01-01 BC',
      '0001-01-01 BC',
      'infinity',
      '-infinity',
    ])
  })
})

const step = fc.constantFrom('2', '5', '7', '10', '100', '1000', '999999')
const fine = fc.oneof(
  step,
  fc.constantFrom('0.01', '0.5', '0.25', '12.5', '0.000000000003', '999999999999999999'),
)

describe('ROUNDED', () => {
  it.each([
    ['Int', fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }).map(String), step],
    ['BigInt', fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String), step],
    [
      'Decimal',
      fc
        .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 10 ** 6 - 1 }))
        .map(([whole, part]) => `${whole}.${String(part).padStart(6, '0')}`),
      fine,
    ],
  ] as const)('of any %s is what the oracle says, to the last digit', async (type, values, steps) => {
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 60 }), steps, async (stored, step) => {
        const says = expected(`ROUNDED ${step}`, type, stored)
        expect(await served('ROUNDED', type, stored, { step })).toEqual(says)
      }),
      { numRuns: 60 },
    )
  })

  it('halves go away from zero, nothing is ever minus nothing, and no multiple leaves the type', async () => {
    const rounded = (type: ScalarName, values: string[], step: string) =>
      served('ROUNDED', type, values, { step })
    expect(await rounded('Decimal', ['1249.50', '1250', '-50', '-49.99', '0', '49'], '100')).toEqual([
      '1200',
      '1300',
      '-100',
      '0',
      '0',
      '0',
    ])
    expect(await rounded('Int', ['2147483647', '-2147483648', '7', '-8'], '5')).toEqual([
      2147483645, -2147483645, 5, -10,
    ])
    expect(await rounded('BigInt', ['9223372036854775807', '-9223372036854775808'], '10')).toEqual([
      '9223372036854775800',
      '-9223372036854775800',
    ])
    expect(await rounded('Float', ['0.30000000000000004', '2.5', '-0', '1e300'], '0.1')).toEqual([
      0.3, 2.5, 0, 1e300,
    ])
  })

  it('does not round a number that was cut while it was divided', async () => {
    // A plain division keeps sixteen digits: it would call this one half.
    const options = { step: '999999999999999999' }
    expect(await served('ROUNDED', 'Decimal', ['499999999999999999.4999999999999999'], options)).toEqual([
      '0',
    ])
  })
})

it('every form leaves null alone, but for REDACTED', async () => {
  for (const [form, [type]] of Object.entries(FITS) as [Exclude<Transform, 'AS_IS'>, ScalarName[]][]) {
    if (form === 'PSEUDONYM') continue
    const value = await served(form, type ?? 'String', [null], { step: '10' })
    expect(value, form).toEqual([form === 'REDACTED' ? '[redacted]' : null])
  }
})
