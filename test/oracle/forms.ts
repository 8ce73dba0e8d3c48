import { createHmac, hkdfSync } from 'node:crypto'
import { NOW } from './now.ts'
import type { StoredField } from './stored.ts'

/** A stored value as the gateway is to serve it in a form: directives/transform.graphql and directives/scalars.graphql. */
export function servedForm(
  form: string,
  type: string,
  field: StoredField,
  value: unknown,
  purpose: string,
  secret: string,
): unknown {
  const [name, step = ''] = form.split(' ')
  if (name === 'REDACTED') return '[redacted]'
  if (value === null || value === undefined) return null
  const plain = plainForm(type, field, value)
  const text = String(plain)
  switch (name) {
    case 'AS_IS':
      return plain
    case 'LAST4': {
      const letters = [...text]
      return letters.slice(letters.length - Math.min(4, Math.floor(letters.length / 2))).join('')
    }
    case 'DOMAIN':
      return text.includes('@') ? text.slice(text.lastIndexOf('@') + 1) : null
    case 'INITIALS':
      return text
        .split(/[\s\u2010\u2011-]+/)
        .map((word) => /^.[\u0300-\u036f]*/su.exec(word)?.[0] ?? '')
        .join('')
    case 'POSTCODE_AREA':
      return /^[0-9]{4}$/.test(text) ? `${text[0]}${text[1]}xx` : null
    case 'YEAR':
      return beginning(type, `${text.slice(0, 4)}-01-01`)
    case 'MONTH':
      return beginning(type, `${text.slice(0, 7)}-01`)
    case 'DECADE':
      return beginning(type, `${text.slice(0, 3)}0-01-01`)
    case 'ROUNDED':
      return rounded(type, text, step)
    case 'PRESENCE':
      return type === 'JSON' || text !== '' ? 'present' : null
    case 'PSEUDONYM': {
      const key = hkdfSync('sha256', secret, '', `purpose-gateway pseudonym ${keyName(purpose)}`, 32)
      return createHmac('sha256', Buffer.from(key)).update(text).digest('hex').slice(0, 32)
    }
    default:
      throw new Error(`no form ${form}`)
  }
}

function beginning(type: string, date: string): string {
  return type === 'Date' ? date : `${date}T00:00:00.000Z`
}

/** Pseudonyms of the gateway's default period: the calendar year, by the oracle's clock. */
export function keyName(purpose: string): string {
  return `${purpose} ${new Date(NOW).getUTCFullYear()}`
}

/** Counts in units of the last decimal of value and step, so that nothing is lost. */
function rounded(type: string, text: string, step: string): unknown {
  const decimals = (number: string) => (number.split('.')[1] ?? '').length
  const places = Math.max(decimals(text), decimals(step))
  const units = (number: string) => BigInt(number.replace('.', '') + '0'.repeat(places - decimals(number)))
  const [value, unit] = [units(text), units(step)]
  const size = value < 0n ? -value : value
  let steps = size / unit
  if ((size % unit) * 2n >= unit) steps += 1n
  const limit = { Int: 2n ** 31n - 1n, BigInt: 2n ** 63n - 1n }[type]
  if (limit !== undefined && steps * unit > limit) steps = limit / unit
  const whole = String(steps * BigInt(step.replace('.', ''))).padStart(decimals(step) + 1, '0')
  const cut = whole.length - decimals(step)
  const digits = decimals(step) === 0 ? whole : `${whole.slice(0, cut)}.${whole.slice(cut)}`
  const signed = value < 0n && steps > 0n ? `-${digits}` : digits
  return type === 'Int' || type === 'Float' ? Number(signed) : signed
}

export function plainForm(type: string, field: StoredField, value: unknown): unknown {
  if (field.list)
    return (value as readonly unknown[]).map((item) => plainForm(type, { ...field, list: false }, item))
  switch (field.type) {
    case 'Decimal':
      return (value as { toFixed(places: number): string }).toFixed(Number(field.native?.[1][1] ?? 0))
    case 'DateTime': {
      const text = (value as Date).toISOString()
      return field.native?.[0] === 'Date' ? text.slice(0, 10) : text
    }
    case 'Int':
    case 'BigInt':
      return type === 'Int' ? Number(value) : String(value)
    default:
      return value
  }
}
