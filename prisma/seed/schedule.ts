import { MONTHS } from './calendar.ts'
import { scramble } from './scramble.ts'

/** In which months a customer is invoiced, one invoice a month without gaps, and which of these is taken back. */
export interface Schedule {
  readonly firstMonth: number
  readonly lastMonth: number
  /** The month whose invoice gets a credit note. */
  readonly creditedMonth: number | undefined
  /** The customer left after the last month. */
  readonly left: boolean
}

const AVERAGE = 20
/** Far enough from the average to look alive, close enough to leave everybody with six documents or more. */
const SPREAD = 15

/**
 * Two neighbours share twice the average of invoices and credit notes, so an even number of customers has exactly
 * twenty times as many documents.
 */
export function scheduleOf(index: number): Schedule {
  const distance = scramble(index >>> 1, 1) % SPREAD
  const documents = index % 2 === 0 ? AVERAGE - distance : AVERAGE + distance
  const credited = scramble(index, 2) % 4 === 0
  const invoices = documents - (credited ? 1 : 0)
  const left = scramble(index, 3) % 8 === 0
  const lastMonth = left ? MONTHS - 2 - (scramble(index, 4) % (MONTHS - 1 - invoices)) : MONTHS - 1
  const firstMonth = lastMonth - invoices + 1
  const creditedMonth = credited ? firstMonth + (scramble(index, 5) % (invoices - 1)) : undefined
  return { firstMonth, lastMonth, creditedMonth, left }
}
