type Series =
  | 'contact'
  | 'bankAccount'
  | 'invoice'
  | 'invoiceLine'
  | 'payment'
  | 'voucher'
  | 'ticket'
  | 'usageEvent'
  | 'legalHold'

/** Hands out the numbers that run on from one customer to the next, from 1. */
export type Serials = (series: Series) => number

export function serials(): Serials {
  const last = new Map<Series, number>()
  return (series) => {
    const next = (last.get(series) ?? 0) + 1
    last.set(series, next)
    return next
  }
}
