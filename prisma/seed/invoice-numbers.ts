import { DAY_MS, HOUR_MS, MONTHS, monthStart } from './calendar.ts'
import { scheduleOf } from './schedule.ts'

export interface Issue {
  readonly number: number
  readonly issuedAtMs: number
}

/** Hands out invoice numbers; each call takes the next one of its run. */
export interface InvoiceNumbers {
  invoice(month: number): Issue
  creditNote(month: number): Issue
}

const FIRST_NUMBER = 10_001
/** The time that one invoice takes in a run. */
const STEP_MS = 40

/**
 * Numbers are one unbroken series that rises with time, as the Danish VAT rules want it, although customers are
 * generated one after the other: the schedules are counted first, and every run (invoices on the first of a month,
 * credit notes on the eighth) gets its part of the series.
 */
export function invoiceNumbers(customers: number): InvoiceNumbers {
  const sizes = new Array<number>(MONTHS * 2).fill(0)
  const count = (run: number): void => {
    sizes[run] = (sizes[run] ?? 0) + 1
  }
  for (let index = 0; index < customers; index++) {
    const { firstMonth, lastMonth, creditedMonth } = scheduleOf(index)
    for (let month = firstMonth; month <= lastMonth; month++) count(month * 2)
    if (creditedMonth !== undefined) count(creditedMonth * 2 + 1)
  }
  let first = FIRST_NUMBER
  const starts = sizes.map((size) => {
    const start = first
    first += size
    return start
  })
  const taken = new Array<number>(MONTHS * 2).fill(0)
  const take = (run: number, startMs: number): Issue => {
    const place = taken[run] ?? 0
    taken[run] = place + 1
    return { number: (starts[run] ?? FIRST_NUMBER) + place, issuedAtMs: startMs + place * STEP_MS }
  }
  return {
    invoice: (month) => take(month * 2, monthStart(month) + 4 * HOUR_MS),
    creditNote: (month) => take(month * 2 + 1, monthStart(month) + 7 * DAY_MS + 8 * HOUR_MS),
  }
}
