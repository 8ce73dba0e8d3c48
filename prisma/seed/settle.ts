import type { Faker } from '@faker-js/faker'
import { calendarDate, DAY_MS, HOUR_MS, TODAY_MS } from './calendar.ts'
import { chance } from './danish-faker.ts'
import { DAYS_TO_PAY, type InvoiceDocument } from './invoice-document.ts'
import type { BankAccountRow, PaymentRow } from './rows.ts'
import type { Serials } from './serials.ts'

/** What becomes of an invoice: paid at once or in two parts, paid in part and overdue, or not paid. */
export function settle(
  faker: Faker,
  next: Serials,
  { invoice, lines }: Omit<InvoiceDocument, 'payments'>,
  method: PaymentRow['method'],
  account: BankAccountRow | undefined,
  vulnerable: boolean,
): InvoiceDocument {
  const payment = (amountOre: number, receivedAtMs: number): PaymentRow => ({
    id: next('payment'),
    invoiceId: invoice.id,
    bankAccountId: method === 'bank_transfer' || method === 'direct_debit' ? account?.id : undefined,
    method,
    amountOre,
    currency: invoice.currency,
    receivedAtMs,
    reference: paymentReference(method, invoice.number),
  })
  const afterMs = faker.number.int({ min: 2 * 24, max: (DAYS_TO_PAY + 4) * 24 }) * HOUR_MS
  const receivedAtMs = invoice.issuedAtMs + afterMs
  const unpaid = chance(faker, vulnerable ? 0.2 : 0.02)
  const parts = chance(faker, unpaid ? 0.2 : 0.04)
  const firstOre = Math.floor(invoice.totalOre / 2)
  if (unpaid || receivedAtMs > TODAY_MS) {
    const status = invoice.dueOn < calendarDate(TODAY_MS) ? 'overdue' : 'issued'
    const payments = unpaid && parts && receivedAtMs <= TODAY_MS ? [payment(firstOre, receivedAtMs)] : []
    return { invoice: { ...invoice, status }, lines, payments }
  }
  const payments = parts
    ? [payment(firstOre, invoice.issuedAtMs + DAY_MS), payment(invoice.totalOre - firstOre, receivedAtMs)]
    : [payment(invoice.totalOre, receivedAtMs)]
  return { invoice: { ...invoice, status: 'paid' }, lines, payments }
}

function paymentReference(method: PaymentRow['method'], number: number): string {
  switch (method) {
    case 'bank_transfer':
      return `Faktura ${number}`
    case 'direct_debit':
      return `BS ${String(number).padStart(9, '0')}`
    case 'card':
      return `Kortbetaling, faktura ${number}`
    case 'mobile':
      return `Mobilbetaling, faktura ${number}`
  }
}
