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
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('a number that is not finite has no canonical JSON')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

const LONE_SURROGATE = /\p{Surrogate}/u

function quoted(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new RangeError('a lone surrogate has no canonical JSON')
  return JSON.stringify(text)
}
