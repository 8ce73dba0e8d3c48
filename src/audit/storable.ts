const SEARCHED_CHARACTERS = 200

/**
 * A text as the columns to search by hold it: its first 200 UTF-16 code units. PostgreSQL's text holds no NUL; one request
 * that carries one must not fail the commit of 255 others.
 */
export function storable(text: string): string {
  return text.slice(0, SEARCHED_CHARACTERS).replaceAll('\u0000', '\uFFFD')
}
