import type { Question } from './question.ts'
import { SERIAL, type Workload } from './workload.ts'

/** Name in our schemas and in PostGraphile's. */
const CUSTOMER = [
  ['cvr', 'cvr'],
  ['name', 'name'],
  ['address', 'address: streetAddress'],
  ['postcode', 'postcode'],
  ['city', 'city'],
] as const
const INVOICE = [
  ['number', 'number: invoiceNumber'],
  ['status', 'status'],
  ['dueOn', 'dueOn'],
  ['total', 'total: totalAmount'],
] as const

const SUBSETS = 64

/**
 * Documents that nobody has seen before: each has an alias of its own, and they differ in fields and ids, so that parsing,
 * validating and planning are done every time.
 */
export const cold: Workload = {
  name: 'cold',
  title: 'a customer with three invoices, every document another one',
  unique: true,
  questions: (customers) => Array.from({ length: SUBSETS }, (_, index) => questionOf(index, customers)),
}

function questionOf(index: number, customers: number): Question {
  const id = String(1 + (index % customers))
  const root = `cold${SERIAL}`
  const fields = (side: 0 | 1) => pick(CUSTOMER, index, side)
  const invoiceFields = (side: 0 | 1) => pick(INVOICE, index >> 2, side)
  return {
    variables: {},
    plain: `{ ${root}: customer(id: "${id}") { id ${fields(0)} invoices(first: 3) { id ${invoiceFields(0)} } } }`,
    served: `{ ${root}: customer(id: "${id}") { id ${fields(0)} invoices(first: 3) { nodes { id ${invoiceFields(0)} } } } }`,
    postgraphile: `{ ${root}: customerByRowId(rowId: ${id}) { id: rowId ${fields(1)} invoices: invoicesByCustomerId(first: 3) { nodes { id: rowId ${invoiceFields(1)} } } } }`,
  }
}

function pick(fields: readonly (readonly [string, string])[], bits: number, side: 0 | 1): string {
  return fields
    .filter((_, place) => (bits >> place) & 1)
    .map((field) => field[side])
    .join(' ')
}
