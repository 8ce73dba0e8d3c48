/**
 * Every value that a request sent for one header, in order. `rawHeaders` is Node's flat list of names and values: the
 * parsed `headers` object drops a second `authorization` and joins other repetitions, so a repetition shows only here.
 */
export function headerLines(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index]
    if (sent?.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '')
  }
  return values
}

/**
 * The `authorization` header, repetitions joined by a comma (RFC 9110 section 5.3). A comma is not part of a bearer
 * token, so the verifier refuses whoever sends two.
 */
export function authorizationOf(rawHeaders: readonly string[]): string | undefined {
  const values = headerLines(rawHeaders, 'authorization')
  return values.length === 0 ? undefined : values.join(', ')
}
