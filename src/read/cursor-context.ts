import { HIDDEN_KEY } from './order-sql.ts'

/**
 * What a cursor is sealed to: the purpose, the list in its order, and, where the order is by a hash in place of the key,
 * the period of the hash. A cursor that outlived it would lead nowhere in the new order; and were the old order kept for
 * it, a page read before and after would show which new pseudonym stands for which old one.
 */
export function cursorContext(
  { purpose, pseudonymPeriod }: { readonly purpose: string; readonly pseudonymPeriod: string },
  scope: string,
): string {
  const list = `${purpose}:${scope}`
  return scope.includes(HIDDEN_KEY) && pseudonymPeriod !== '' ? `${list}:${pseudonymPeriod}` : list
}
