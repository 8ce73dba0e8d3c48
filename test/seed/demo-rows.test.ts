import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { copyLines } from '../../prisma/seed/copy-lines.ts'
import { demoRows } from '../../prisma/seed/demo-rows.ts'
import type { DemoRows } from '../../prisma/seed/rows.ts'

/** Changes with any change of the generated rows, a new faker among them: then look at the rows, and write it here. */
const HASH_OF_TWENTY = '345920be46710340aff6a0fb6ffd5a8ca7aa601c275e71ccb6e54a7613dfed14'

const customers = 300
const all = merge([...demoRows(customers)])

afterEach(() => {
  vi.useRealTimers()
})

describe('determinism', () => {
  test('the rows are the ones they have always been', () => {
    expect(hashOf([...demoRows(20)])).toBe(HASH_OF_TWENTY)
  })

  test('neither the clock nor a run before, half finished, changes them', () => {
    vi.useFakeTimers({ now: Date.UTC(1999, 11, 31) })
    const interrupted = demoRows(20)
    interrupted.next()
    const rows = [...demoRows(20)]
    interrupted.next()
    expect(hashOf(rows)).toBe(HASH_OF_TWENTY)
  })
})

describe('volume', () => {
  test('twenty invoices per customer on the average, about three lines each', () => {
    expect(all.customers).toHaveLength(customers)
    expect(all.invoices).toHaveLength(customers * 20)
    expect(all.invoiceLines.length / all.invoices.length).toBeGreaterThan(2.8)
    expect(all.invoiceLines.length / all.invoices.length).toBeLessThan(3.2)
  })

  test('the first fifty customers fill a page of 5 invoices with 3 lines', () => {
    const lines = countBy(all.invoiceLines, (line) => line.invoiceId)
    for (let id = 1; id <= 50; id++) {
      const invoices = all.invoices.filter((invoice) => invoice.customerId === id)
      expect(invoices.length).toBeGreaterThanOrEqual(5)
      for (const invoice of invoices) expect(lines.get(invoice.id)).toBeGreaterThanOrEqual(3)
    }
  })
})

describe('invoices', () => {
  test('numbers are one unbroken series that rises with time', () => {
    const byNumber = all.invoices.toSorted((one, other) => one.number - other.number)
    expect(byNumber.map(({ number }) => number)).toEqual(byNumber.map((_, place) => 10_001 + place))
    const instants = byNumber.map(({ issuedAtMs }) => issuedAtMs)
    expect(instants.filter((instant, place) => instant <= (instants[place - 1] ?? 0))).toEqual([])
  })

  test('amounts are those of the lines, and VAT is Danish or none', () => {
    const net = sumBy(all.invoiceLines, (line) => [line.invoiceId, line.amountOre])
    const countries = new Map(all.customers.map((customer) => [customer.id, customer.country]))
    const wrong = all.invoices.filter(({ id, customerId, netOre, vatOre, totalOre }) => {
      const vat = countries.get(customerId) === 'DK' ? netOre / 4 : 0
      return netOre !== net.get(id) || Math.abs(vatOre - vat) > 0.5 || totalOre !== netOre + vatOre
    })
    expect(wrong).toEqual([])
    const wrongLines = all.invoiceLines.filter(
      (line) => Math.abs(line.amountOre - (line.quantityThousandths * line.unitPriceOre) / 1000) > 0.5,
    )
    expect(wrongLines).toEqual([])
  })

  test('what is paid is what the status says', () => {
    const paid = sumBy(all.payments, (payment) => [payment.invoiceId, payment.amountOre])
    for (const invoice of all.invoices) {
      const sum = paid.get(invoice.id) ?? 0
      if (invoice.status === 'paid') expect(sum).toBe(invoice.totalOre)
      else expect(sum).toBeLessThan(Math.max(invoice.totalOre, 1))
      if (invoice.status === 'credited') expect(sum).toBe(0)
      if (invoice.status === 'overdue') expect(invoice.dueOn < '2026-11-15').toBe(true)
    }
    expect(new Set(all.invoices.map((invoice) => invoice.status)).size).toBe(4)
    expect(new Set(all.payments.map((payment) => payment.method)).size).toBe(4)
  })

  test('a credit note is the opposite of its invoice', () => {
    const byId = new Map(all.invoices.map((invoice) => [invoice.id, invoice]))
    const notes = all.invoices.filter((invoice) => invoice.creditNoteOfId !== undefined)
    expect(notes.length).toBeGreaterThan(30)
    for (const note of notes) {
      const original = byId.get(note.creditNoteOfId ?? 0)
      expect(original?.totalOre).toBe(-note.totalOre)
      expect(original?.customerId).toBe(note.customerId)
      expect(original?.status).toBe('credited')
    }
  })
})

describe('ledger', () => {
  test('every voucher adds up to zero', () => {
    const vouchers = sumBy(all.ledgerEntries, (entry) => [entry.voucher, entry.amountOre])
    expect(vouchers.size).toBe(all.invoices.length + all.payments.length)
    expect([...vouchers.values()].filter((sum) => sum !== 0)).toEqual([])
  })

  test('receivables are what the customers in kroner still owe', () => {
    const kroner = new Set(all.customers.filter(({ country }) => country !== 'DE').map(({ id }) => id))
    const receivables = sumBy(
      all.ledgerEntries.filter((entry) => entry.account === 5600),
      (entry) => [entry.customerId, entry.amountOre],
    )
    const customerOf = new Map(all.invoices.map((invoice) => [invoice.id, invoice.customerId]))
    const owed = sumBy(
      [
        ...all.invoices.map((invoice) => [invoice.customerId, invoice.totalOre] as const),
        ...all.payments.map(
          (payment) => [customerOf.get(payment.invoiceId) ?? 0, -payment.amountOre] as const,
        ),
      ],
      (pair) => pair,
    )
    for (const id of kroner) expect(receivables.get(id)).toBe(owed.get(id))
  })

  test('entries of a customer are numbered from 1 in the order of posting', () => {
    for (let id = 1; id <= 20; id++) {
      const entries = all.ledgerEntries.filter((entry) => entry.customerId === id)
      expect(entries.map((entry) => entry.number)).toEqual(entries.map((_, place) => place + 1))
      const days = entries.map((entry) => entry.postedOn)
      expect(days).toEqual(days.toSorted())
    }
  })
})

describe('relations and people', () => {
  test('every reference resolves, and stays with its customer', () => {
    const customer = new Set(all.customers.map(({ id }) => id))
    const contact = new Map(all.contacts.map(({ id, customerId }) => [id, customerId]))
    const invoice = new Map(all.invoices.map(({ id, customerId }) => [id, customerId]))
    const account = new Map(all.bankAccounts.map(({ id, customerId }) => [id, customerId]))
    const subscription = new Map(all.subscriptions.map(({ id, customerId }) => [id, customerId]))
    const payment = new Map(all.payments.map(({ id, invoiceId }) => [id, invoice.get(invoiceId)]))
    const ticket = new Set(all.tickets.map(({ id }) => id))
    const lost = {
      bookkeepers: all.customers.filter(({ id, bookkeeperId = 0 }) => bookkeeperId >= id),
      customers: [
        ...all.contacts,
        ...all.subscriptions,
        ...all.invoices,
        ...all.bankAccounts,
        ...all.tickets,
        ...all.ledgerEntries,
      ].filter((row) => !customer.has(row.customerId)),
      contacts: [...all.tickets, ...all.consents, ...all.usageEvents].filter(
        ({ contactId, customerId }) => contactId !== undefined && contact.get(contactId) !== customerId,
      ),
      invoices: [...all.invoiceLines, ...all.payments].filter((row) => !invoice.has(row.invoiceId)),
      subscriptions: all.invoiceLines.filter(
        ({ subscriptionId, invoiceId }) =>
          subscriptionId !== undefined && subscription.get(subscriptionId) !== invoice.get(invoiceId),
      ),
      accounts: all.payments.filter(
        ({ bankAccountId, invoiceId }) =>
          bankAccountId !== undefined && account.get(bankAccountId) !== invoice.get(invoiceId),
      ),
      booked: all.ledgerEntries.filter(
        ({ customerId, invoiceId, paymentId }) =>
          invoice.get(invoiceId ?? 0) !== customerId ||
          (paymentId !== undefined && payment.get(paymentId) !== customerId),
      ),
      tickets: all.messages.filter((row) => !ticket.has(row.ticketId)),
    }
    for (const [reference, rows] of Object.entries(lost)) expect(rows, reference).toEqual([])
  })

  test('only sole proprietors carry a mark of vulnerability, and some do', () => {
    const marked = all.customers.filter((customer) => customer.vulnerability !== undefined)
    expect(marked.length).toBeGreaterThan(0)
    expect(marked.every((customer) => customer.kind === 'sole_proprietor')).toBe(true)
  })

  test('a CPR is there only where payroll is, and nobody can be written to or called', () => {
    const payroll = new Set(
      all.subscriptions.filter(({ plan }) => plan === 'payroll').map((row) => row.customerId),
    )
    expect(all.contacts.some((contact) => contact.cpr !== undefined)).toBe(true)
    for (const { customerId, cpr, email, phone } of all.contacts) {
      if (cpr !== undefined) expect(payroll.has(customerId)).toBe(true)
      if (email !== undefined) expect(email).toMatch(/^[a-z0-9.-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.example$/)
      if (phone !== undefined) expect(phone).toMatch(/^\+\d+ 0\d \d\d \d\d \d\d$/)
    }
  })

  test('each person has a contact to write to first, and consents are withdrawn after they were given', () => {
    const primary = countBy(
      all.contacts.filter((contact) => contact.primary),
      (contact) => contact.customerId,
    )
    expect([...primary.values()].every((count) => count === 1)).toBe(true)
    expect(primary.size).toBe(customers)
    expect(all.consents.some((consent) => consent.withdrawnAtMs !== undefined)).toBe(true)
    for (const { givenAtMs, withdrawnAtMs } of all.consents)
      if (withdrawnAtMs !== undefined) expect(withdrawnAtMs).toBeGreaterThanOrEqual(givenAtMs)
  })
})

function hashOf(blocks: readonly DemoRows[]): string {
  return createHash('sha256')
    .update(JSON.stringify(copyLines(blocks)))
    .digest('hex')
}

function merge(blocks: readonly DemoRows[]): DemoRows {
  const of = <Entity extends keyof DemoRows>(entity: Entity) =>
    blocks.flatMap((block): DemoRows[Entity][number][] => [...block[entity]])
  return {
    customers: of('customers'),
    contacts: of('contacts'),
    subscriptions: of('subscriptions'),
    bankAccounts: of('bankAccounts'),
    invoices: of('invoices'),
    invoiceLines: of('invoiceLines'),
    payments: of('payments'),
    ledgerEntries: of('ledgerEntries'),
    tickets: of('tickets'),
    messages: of('messages'),
    consents: of('consents'),
    objections: of('objections'),
    usageEvents: of('usageEvents'),
  }
}

function countBy<Row, Key>(rows: readonly Row[], key: (row: Row) => Key): Map<Key, number> {
  return sumBy(rows, (row) => [key(row), 1])
}

function sumBy<Row, Key>(rows: readonly Row[], part: (row: Row) => readonly [Key, number]): Map<Key, number> {
  const sums = new Map<Key, number>()
  for (const row of rows) {
    const [key, amount] = part(row)
    sums.set(key, (sums.get(key) ?? 0) + amount)
  }
  return sums
}
