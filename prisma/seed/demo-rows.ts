import { demoBankAccounts } from './bank-accounts.ts'
import { demoConsents } from './consents.ts'
import { demoContacts } from './contacts.ts'
import { demoCustomer } from './customer.ts'
import { danishFaker } from './danish-faker.ts'
import { type InvoiceNumbers, invoiceNumbers } from './invoice-numbers.ts'
import { demoInvoices } from './invoices.ts'
import { ledgerEntries } from './ledger.ts'
import { demoObjections } from './objections.ts'
import type { DemoRows } from './rows.ts'
import { scheduleOf } from './schedule.ts'
import { type Serials, serials } from './serials.ts'
import { demoSubscriptions } from './subscriptions.ts'
import { demoSupport } from './support.ts'
import { demoUsageEvents } from './usage-events.ts'

/**
 * The rows of one customer after the other: the same for the same number of customers, whoever asks and when. Only one
 * customer is in memory at a time. Within what has been yielded so far, every foreign key resolves.
 */
export function* demoRows(customers: number): Generator<DemoRows, void, undefined> {
  const numbers = invoiceNumbers(customers)
  const next = serials()
  for (let index = 0; index < customers; index++) yield customerRows(index, numbers, next)
}

function customerRows(index: number, numbers: InvoiceNumbers, next: Serials): DemoRows {
  const faker = danishFaker(index)
  const customer = demoCustomer(faker, index, scheduleOf(index))
  const subscriptions = demoSubscriptions(faker, customer)
  const { main, payroll } = subscriptions
  const contacts = demoContacts(faker, customer, next, payroll !== undefined)
  const bankAccounts = demoBankAccounts(faker, customer, next)
  const documents = demoInvoices(faker, customer, subscriptions, bankAccounts[0], numbers, next)
  const { tickets, messages } = demoSupport(faker, customer, contacts, next)
  return {
    customers: [customer.row],
    contacts,
    subscriptions: payroll ? [main, payroll] : [main],
    bankAccounts,
    invoices: documents.map(({ invoice }) => invoice),
    invoiceLines: documents.flatMap(({ lines }) => lines),
    payments: documents.flatMap(({ payments }) => payments),
    ledgerEntries: ledgerEntries(documents, next),
    tickets,
    messages,
    consents: demoConsents(faker, contacts),
    usageEvents: demoUsageEvents(faker, customer, contacts, next),
    // Last: it begins a series of its own.
    objections: demoObjections(index, customer.row),
  }
}
