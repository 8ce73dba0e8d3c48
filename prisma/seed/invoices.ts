import type { Faker } from '@faker-js/faker'
import { calendarDate, DAY_MS } from './calendar.ts'
import type { DemoCustomer } from './customer.ts'
import { chance } from './danish-faker.ts'
import { DAYS_TO_PAY, type InvoiceDocument } from './invoice-document.ts'
import { type Charge, monthlyCharges } from './invoice-lines.ts'
import type { InvoiceNumbers, Issue } from './invoice-numbers.ts'
import { roundOre } from './money.ts'
import type { BankAccountRow, InvoiceLineRow, InvoiceRow } from './rows.ts'
import type { Serials } from './serials.ts'
import { settle } from './settle.ts'
import type { DemoSubscriptions } from './subscriptions.ts'

/** The first customers have at least three lines on every invoice: a benchmark that reads three finds three. */
const FULL_CUSTOMERS = 50
const LINE_COUNTS = [
  { weight: 1, value: 1 },
  { weight: 2, value: 2 },
  { weight: 4, value: 3 },
  { weight: 2, value: 4 },
  { weight: 1, value: 5 },
]

/** Every invoice and credit note of a customer with lines and payments, by month. */
export function demoInvoices(
  faker: Faker,
  customer: DemoCustomer,
  subscriptions: DemoSubscriptions,
  account: BankAccountRow | undefined,
  numbers: InvoiceNumbers,
  next: Serials,
): readonly InvoiceDocument[] {
  const { row, schedule } = customer
  const method = faker.helpers.arrayElement([
    'bank_transfer',
    'direct_debit',
    'direct_debit',
    'card',
    'mobile',
  ] as const)
  const reference = chance(faker, 0.3) ? `Att. ${customer.owner}` : undefined
  const documents: InvoiceDocument[] = []
  for (let month = schedule.firstMonth; month <= schedule.lastMonth; month++) {
    const count = faker.helpers.weightedArrayElement(LINE_COUNTS)
    const full = row.id <= FULL_CUSTOMERS ? Math.max(3, count) : count
    const charges = monthlyCharges(faker, subscriptions, row.employeeCount ?? 2, month, full)
    const credited = month === schedule.creditedMonth
    const document = write(next, customer, numbers.invoice(month), charges, reference)
    if (credited) {
      const opposite = charges.map((charge) => ({
        ...charge,
        quantityThousandths: -charge.quantityThousandths,
        amountOre: -charge.amountOre,
      }))
      const note = write(next, customer, numbers.creditNote(month), opposite, reference)
      documents.push({ ...document, invoice: { ...document.invoice, status: 'credited' }, payments: [] })
      documents.push({
        ...note,
        invoice: { ...note.invoice, status: 'credited', creditNoteOfId: document.invoice.id },
        payments: [],
      })
    } else documents.push(settle(faker, next, document, method, account, row.vulnerability !== undefined))
  }
  return documents
}

function write(
  next: Serials,
  { row }: DemoCustomer,
  { number, issuedAtMs }: Issue,
  charges: readonly Charge[],
  reference: string | undefined,
): Omit<InvoiceDocument, 'payments'> {
  const id = next('invoice')
  const vatRate = row.country === 'DK' ? 25 : 0
  const lines = charges.map(
    (charge, place): InvoiceLineRow => ({
      id: next('invoiceLine'),
      invoiceId: id,
      position: place + 1,
      vatRate,
      ...charge,
    }),
  )
  const netOre = lines.reduce((sum, line) => sum + line.amountOre, 0)
  const vatOre = roundOre((netOre * vatRate) / 100)
  const invoice: InvoiceRow = {
    id,
    customerId: row.id,
    number,
    status: 'issued',
    issuedAtMs,
    dueOn: calendarDate(issuedAtMs + DAYS_TO_PAY * DAY_MS),
    currency: row.country === 'DE' ? 'EUR' : 'DKK',
    netOre,
    vatOre,
    totalOre: netOre + vatOre,
    reference,
    creditNoteOfId: undefined,
  }
  return { invoice, lines }
}
