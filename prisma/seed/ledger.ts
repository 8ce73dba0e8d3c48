import { calendarDate } from './calendar.ts'
import type { InvoiceDocument } from './invoice-document.ts'
import { roundOre } from './money.ts'
import type { InvoiceRow, LedgerEntryRow, PaymentRow } from './rows.ts'
import type { Serials } from './serials.ts'

const ACCOUNTS = { sales: 1010, salesAbroad: 1020, bank: 5820, receivables: 5600, vat: 6903 } as const
/** Kroner for one unit of a currency: the books are kept in kroner. A fixed rate will do for a demo. */
const RATES: Readonly<Record<string, number>> = { DKK: 1, EUR: 7.46 }

interface Voucher {
  readonly atMs: number
  readonly text: string
  readonly invoiceId: number
  readonly paymentId: number | undefined
  /** Account and amount in øre; debit is positive. They add up to zero. */
  readonly entries: readonly (readonly [account: number, amountOre: number])[]
}

/** The entries of a customer, numbered in the order of posting: one voucher per invoice, credit note and payment. */
export function ledgerEntries(
  documents: readonly InvoiceDocument[],
  next: Serials,
): readonly LedgerEntryRow[] {
  const vouchers = documents.flatMap(({ invoice, payments }) => [
    invoiceVoucher(invoice),
    ...payments.map((payment) => paymentVoucher(payment, invoice)),
  ])
  let number = 0
  return vouchers
    .toSorted((one, other) => one.atMs - other.atMs)
    .flatMap(({ atMs, text, invoiceId, paymentId, entries }) => {
      const voucher = next('voucher')
      return entries.map(([account, amountOre]): LedgerEntryRow => {
        number++
        const customerId = documents[0]?.invoice.customerId ?? 0
        return {
          customerId,
          number,
          voucher,
          account,
          text,
          amountOre,
          postedOn: calendarDate(atMs),
          invoiceId,
          paymentId,
        }
      })
    })
}

function invoiceVoucher(invoice: InvoiceRow): Voucher {
  const totalOre = inKroner(invoice.totalOre, invoice.currency)
  const vatOre = inKroner(invoice.vatOre, invoice.currency)
  const sales = invoice.vatOre === 0 ? ACCOUNTS.salesAbroad : ACCOUNTS.sales
  // What is left after VAT is the sale, so that converting both cannot make a voucher miss zero by an øre.
  const entries: [number, number][] = [
    [ACCOUNTS.receivables, totalOre],
    [sales, vatOre - totalOre],
  ]
  if (vatOre !== 0) entries.push([ACCOUNTS.vat, -vatOre])
  const text = `${invoice.creditNoteOfId === undefined ? 'Faktura' : 'Kreditnota'} ${invoice.number}`
  return { atMs: invoice.issuedAtMs, text, invoiceId: invoice.id, paymentId: undefined, entries }
}

function paymentVoucher(payment: PaymentRow, invoice: InvoiceRow): Voucher {
  const amountOre = inKroner(payment.amountOre, payment.currency)
  return {
    atMs: payment.receivedAtMs,
    text: `Indbetaling, faktura ${invoice.number}`,
    invoiceId: invoice.id,
    paymentId: payment.id,
    entries: [
      [ACCOUNTS.bank, amountOre],
      [ACCOUNTS.receivables, -amountOre],
    ],
  }
}

function inKroner(amountOre: number, currency: string): number {
  return roundOre(amountOre * (RATES[currency] ?? 1))
}
