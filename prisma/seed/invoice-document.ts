import type { InvoiceLineRow, InvoiceRow, PaymentRow } from './rows.ts'

/** An invoice or a credit note with what belongs to it. */
export interface InvoiceDocument {
  readonly invoice: InvoiceRow
  readonly lines: readonly InvoiceLineRow[]
  readonly payments: readonly PaymentRow[]
}

/** From the day of issue to the last day to pay. */
export const DAYS_TO_PAY = 14
