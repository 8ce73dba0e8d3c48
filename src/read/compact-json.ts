const QUOTE = 34
const BACKSLASH = 92
/** White space of JSON (RFC 8259, section 2). */
const SPACES: ReadonlySet<number> = new Set([9, 10, 13, 32])

/**
 * JSON without the white space between its tokens. PostgreSQL puts some into every value of a JSON column, and keeps all that
 * was written into one of type `json`; an answer of graphql-js has none. One pass and no pattern: a text in a document may be
 * as long as a row can be, and a pattern remembers every character of it.
 */
export function compactJson(json: string): string {
  let compact = ''
  let from = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (inText) {
      if (code === BACKSLASH) i++
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    else if (SPACES.has(code)) {
      compact += json.slice(from, i)
      from = i + 1
    }
  }
  return compact + json.slice(from)
}
