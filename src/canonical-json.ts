export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/**
 * RFC 8785 (JSON Canonicalization Scheme): no white space, keys in order of their UTF-16 code units, strings and numbers
 * as ECMAScript writes them. A key whose value is undefined is left out. Throws RangeError on what I-JSON cannot hold:
 * a number that is not finite, a string with a lone surrogate.
 */
export function canonicalJson(value: Json): string {
  const text = inOrder(value) ? JSON.stringify(value) : serialised(value)
  if (text.includes('\\ud') && LONE_SURROGATE.test(text))
    throw new RangeError('a lone surrogate has no canonical JSON')
  return text
}

/** ECMAScript writes only lone surrogates as `\udc00` and the like; an even number of backslashes before it is text that looks alike. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/

/**
 * Whether JSON.stringify, which is several times faster, writes the canonical form: members stand in order already. False
 * also where a member's name begins with a digit, because ECMAScript puts such members first.
 */
function inOrder(value: Json): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (isList(value)) return value.every(inOrder)
  let last = ''
  for (const key in value) {
    const member = value[key]
    if (key < last || (key >= '0' && key < ':') || (member !== undefined && !inOrder(member))) return false
    last = key
  }
  return true
}

function serialised(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('a number that is not finite has no canonical JSON')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(serialised).join(',')}]`
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${serialised(member)}`
  }
  return `{${text}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
