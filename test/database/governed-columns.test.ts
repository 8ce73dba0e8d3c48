import { expect, test } from 'vitest'
import { governedColumns, governedTypeSchemas, governsCitext } from '../../src/database/governed-columns.ts'
import type { Field, Model, RelationField, ScalarField } from '../../src/policy/governed-model.ts'
import type { Policy } from '../../src/policy/policy.ts'

const permits = new Map([['BILLING', 'AS_IS' as const]])
const base = (name: string) => ({
  name,
  coordinate: `T.${name}`,
  description: '',
  category: undefined,
  permits,
})

function scalar(name: string, changes: Partial<ScalarField> = {}): ScalarField {
  return {
    ...base(name),
    kind: 'scalar',
    type: 'String',
    enumName: undefined,
    list: false,
    nonNull: true,
    column: name,
    sqlType: 'text',
    steps: undefined,
    ...changes,
  }
}
function relation(
  name: string,
  target: string,
  from: string,
  to: string,
  changes: Partial<RelationField> = {},
): RelationField {
  return {
    ...base(name),
    kind: 'relation',
    target,
    many: false,
    nonNull: true,
    join: [{ from, to }],
    ...changes,
  }
}
function model(name: string, fields: readonly Field[], subject?: Model['subject']): [string, Model] {
  const table = { schema: undefined, name: name.toLowerCase() }
  const key = [{ field: 'id', column: 'id', sqlType: 'integer' }]
  return [
    name,
    {
      name,
      description: '',
      category: undefined,
      table,
      key,
      fields: new Map(fields.map((field) => [field.name, field])),
      subject,
      rows: [],
    },
  ]
}
function policyOf(...models: [string, Model][]): Policy {
  return {
    hash: '',
    text: '',
    purposes: new Map(),
    roles: new Set(),
    categories: new Map(),
    enums: new Map(),
    models: new Map(models),
    consents: undefined,
    objections: undefined,
  }
}
const granted = (policy: Policy) =>
  Object.fromEntries(
    governedColumns(policy).map(({ table, columns, privileges }) => [`${privileges} ${table.name}`, columns]),
  )

test('keys and what some purpose may read; a field that no purpose may read stays out', () => {
  const policy = policyOf(
    model('A', [scalar('x', { column: 'col_x' }), scalar('secret', { permits: new Map() })]),
  )
  expect(granted(policy)).toEqual({ 'SELECT a': ['col_x', 'id'] })
})

test('columns that join, on both sides, of relations that some purpose may follow', () => {
  const policy = policyOf(
    model('A', [
      relation('b', 'B', 'b_id', 'other_key'),
      relation('hidden', 'B', 'no', 'no', { permits: new Map() }),
    ]),
    model('B', []),
  )
  expect(granted(policy)).toEqual({ 'SELECT a': ['b_id', 'id'], 'SELECT b': ['id', 'other_key'] })
})

test('the way to the data subject, though nobody may follow its relations', () => {
  const step = (relation: string, target: string, from: string, to: string) => ({
    relation,
    target,
    table: { schema: undefined, name: target.toLowerCase() },
    join: [{ from, to }],
  })
  const policy = policyOf(
    model('Line', [], {
      model: 'Customer',
      steps: [
        step('invoice', 'Invoice', 'invoice_id', 'number'),
        step('customer', 'Customer', 'customer_id', 'code'),
      ],
      key: [{ field: 'cvr', column: 'cvr_no', sqlType: 'text' }],
    }),
  )
  expect(granted(policy)).toEqual({
    'SELECT line': ['id', 'invoice_id'],
    'SELECT invoice': ['customer_id', 'number'],
    'SELECT customer': ['code', 'cvr_no'],
  })
})

test('schemas of types, and whether citext is needed', () => {
  const policy = policyOf(
    model('A', [scalar('s', { sqlType: '"od""d"."status"' }), scalar('p', { sqlType: '"plain"' })]),
  )
  expect(governedTypeSchemas(policy)).toEqual(['od"d'])
  expect(governsCitext(policy)).toBe(false)
  expect(governsCitext(policyOf(model('A', [scalar('s', { sqlType: 'citext' })])))).toBe(true)
})
