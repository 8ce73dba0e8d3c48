import { createHmac, hkdfSync } from 'node:crypto'
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
  if (value === null || value === undefined) return null
  const plain = plainForm(type, field, value)
  const text = String(plain)
  switch (form) {
    case 'AS_IS':
      return plain
    case 'LAST4': {
      const letters = [...text]
      return letters.slice(letters.length - Math.min(4, Math.floor(letters.length / 2))).join('')
    }
    case 'DOMAIN':
      return text.includes('@') ? text.slice(text.lastIndexOf('@') + 1) : null
    case 'YEAR':
      return `${text.slice(0, 4)}-01-01${type === 'Date' ? '' : 'T00:00:00.000Z'}`
    case 'PSEUDONYM': {
      const key = hkdfSync('sha256', secret, '', `purpose-gateway pseudonym ${purpose}`, 32)
      return createHmac('sha256', Buffer.from(key)).update(text).digest('hex').slice(0, 32)
    }
    default:
      throw new Error(`no form ${form}`)
  }
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
