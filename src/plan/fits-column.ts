const WHOLE_NUMBER = /^-?(?:0|[1-9]\d{0,18})$/
const DECIMAL = /^-?(?:0|[1-9]\d{0,130})(?:\.\d{1,130})?$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const DATE = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/

const BITS: ReadonlyMap<string, bigint> = new Map([
  ['smallint', 15n],
  ['integer', 31n],
  ['bigint', 63n],
])

/**
 * Whether a text of the token can be a value of a column. PostgreSQL would refuse the others too, but as a value that the
 * client sent; and it reads more than one text as the same value.
 *
 * @param sqlType as in the policy: `integer`, `uuid`, `varchar`, …
 */
export function fitsColumn(text: string, sqlType: string): boolean {
  const bits = BITS.get(sqlType)
  if (bits !== undefined) {
    if (!WHOLE_NUMBER.test(text)) return false
    const value = BigInt(text)
    return value < 2n ** bits && value >= -(2n ** bits)
  }
  switch (sqlType) {
    case 'uuid':
      return UUID.test(text)
    case 'numeric':
    case 'real':
    case 'double precision':
      return DECIMAL.test(text)
    case 'date':
      return DATE.test(text)
    case 'timestamp':
    case 'timestamptz':
      return INSTANT.test(text)
    default:
      return text.trim() !== ''
  }
}
