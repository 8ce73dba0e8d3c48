import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Prisma, PrismaClient } from '../../src/generated/domain/client.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

/** schema.prisma and the migration agree: Prisma reads and writes every model in a database that the migration made. */
let database: TestDatabase
let prisma: PrismaClient

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url }) })
})

afterAll(async () => {
  await prisma?.$disconnect()
  await database?.drop()
})

describe('reading', () => {
  test('every model with all of its columns', async () => {
    const found = [
      await prisma.customer.findFirst(),
      await prisma.contact.findFirst(),
      await prisma.subscription.findFirst(),
      await prisma.invoice.findFirst(),
      await prisma.invoiceLine.findFirst(),
      await prisma.payment.findFirst(),
      await prisma.bankAccount.findFirst(),
      await prisma.ledgerEntry.findFirst(),
      await prisma.supportTicket.findFirst(),
      await prisma.ticketMessage.findFirst(),
      await prisma.consent.findFirst(),
      await prisma.objection.findFirst(),
      await prisma.usageEvent.findFirst(),
    ]
    expect(found).toHaveLength(Object.keys(Prisma.ModelName).length)
    expect(found.every((row) => row !== null)).toBe(true)
  })

  test('along every relation, through composite, text, uuid and 64-bit keys', async () => {
    const customers = await prisma.customer.findMany({
      include: {
        bookkeeper: true,
        clients: true,
        contacts: { include: { consents: true } },
        subscriptions: { include: { lines: true } },
        invoices: {
          include: { lines: true, payments: { include: { bankAccount: true } }, creditNotes: true },
        },
        ledgerEntries: { include: { invoice: true, payment: true } },
        tickets: { include: { contact: true, messages: true } },
        usageEvents: { include: { contact: true } },
      },
    })
    const invoices = customers.flatMap((customer) => customer.invoices)
    expect(invoices).toHaveLength(customers.length * 20)
    expect(customers.some((customer) => customer.bookkeeper !== null)).toBe(true)
    expect(customers.some((customer) => customer.clients.length > 0)).toBe(true)
    expect(customers.some((customer) => customer.subscriptions.some(({ lines }) => lines.length > 0))).toBe(
      true,
    )
    expect(customers.some((customer) => customer.tickets.some(({ messages }) => messages.length > 1))).toBe(
      true,
    )
    expect(invoices.some((invoice) => invoice.creditNotes.length > 0)).toBe(true)
    expect(invoices.some(({ payments }) => payments.some(({ bankAccount }) => bankAccount !== null))).toBe(
      true,
    )
  })
})

test('writing every model, and taking it back', async () => {
  const customer = await prisma.customer.create({
    data: {
      kind: 'SOLE_PROPRIETOR',
      name: 'Prøve v/ Ane Æbelø',
      address: 'Prøvevej 1',
      postcode: '1360',
      city: 'København K',
      country: 'DK',
      vulnerability: 'PAYMENT_HARDSHIP',
      contacts: { create: { name: 'Ane Æbelø', birthDate: new Date('1984-06-11'), primary: true } },
      subscriptions: {
        create: { plan: 'START', status: 'TRIAL', monthlyPrice: '99.00', startedOn: new Date('2026-11-01') },
      },
      bankAccounts: {
        create: {
          holder: 'Ane Æbelø',
          bank: 'Eksempelbanken',
          registrationNumber: '9991',
          accountNumber: '0000000000',
          iban: 'DK0000000000000000',
        },
      },
    },
    include: { contacts: true, subscriptions: true, bankAccounts: true },
  })
  const customerId = customer.id
  const invoice = await prisma.invoice.create({
    data: {
      customerId,
      number: 1,
      status: 'ISSUED',
      issuedAt: new Date('2026-11-01T04:00:00.001Z'),
      dueOn: new Date('2026-11-15'),
      currency: 'DKK',
      net: '999999999999.99',
      vat: '0.01',
      total: '100.00',
      lines: {
        create: {
          position: 1,
          subscriptionId: customer.subscriptions[0]?.id ?? null,
          description: 'Prøve',
          quantity: '0.250',
          unit: 'timer',
          unitPrice: '400.00',
          vatRate: '25.00',
          amount: '100.00',
        },
      },
      payments: {
        create: {
          bankAccountId: customer.bankAccounts[0]?.id ?? null,
          method: 'MOBILE',
          amount: '100.00',
          currency: 'DKK',
          receivedAt: new Date('2026-11-02T00:00:00Z'),
          reference: 'Prøve',
        },
      },
    },
    include: { payments: true },
  })
  expect(invoice.net.toFixed(2)).toBe('999999999999.99')
  expect(invoice.issuedAt.toISOString()).toBe('2026-11-01T04:00:00.001Z')
  const entry = {
    voucher: 1,
    account: 5600,
    text: 'Prøve',
    amount: '100.00',
    postedOn: new Date('2026-11-01'),
  }
  await prisma.ledgerEntry.create({
    data: {
      customerId,
      number: 1,
      ...entry,
      invoiceId: invoice.id,
      paymentId: invoice.payments[0]?.id ?? null,
    },
  })
  const contactId = customer.contacts[0]?.id ?? 0
  const ticket = await prisma.supportTicket.create({
    data: {
      id: 'S-PRØVE',
      customerId,
      contactId,
      subject: 'Prøve',
      status: 'OPEN',
      tags: ['a"b', 'c,d'],
      openedAt: new Date('2026-11-01T00:00:00Z'),
      messages: {
        create: { sequence: 1, author: 'CUSTOMER', body: 'Prøve', sentAt: new Date('2026-11-01T00:00:00Z') },
      },
    },
  })
  expect(ticket.tags).toEqual(['a"b', 'c,d'])
  await prisma.consent.create({
    data: {
      customerId,
      contactId,
      purpose: 'MARKETING',
      source: 'PHONE',
      wording: '2025-2',
      givenAt: new Date(0),
    },
  })
  const event = await prisma.usageEvent.create({
    data: { customerId, feature: 'backup.download', occurredAt: new Date(0), sizeBytes: 2n ** 40n },
  })
  expect(event.sizeBytes).toBe(2n ** 40n)
  expect(event.properties).toEqual({})

  // What has been booked cannot be deleted from under the books; a case takes its messages with it.
  await expect(prisma.invoice.delete({ where: { id: invoice.id } })).rejects.toThrow()
  await prisma.supportTicket.delete({ where: { id: 'S-PRØVE' } })
  expect(await prisma.ticketMessage.count({ where: { ticketId: 'S-PRØVE' } })).toBe(0)
})
