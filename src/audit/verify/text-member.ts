import type { StoredRow } from './stored-row.ts'

/**
 * Where the text begins that is the value of a member of the record, at or after `from`; -1: there is none. A quote within a JSON
 * string is escaped, so `"name":"` is a member wherever it stands.
 *
 * @param member without its first quote, as in `name":"`: quotes are everywhere, and a search would stop at each of them
 */
export function textMember({ text, record }: StoredRow, member: string, from: number): number {
  if (from < 0) return -1
  let at = text.indexOf(member, from)
  while (at !== -1 && at < record.end && text[at - 1] !== '"') at = text.indexOf(member, at + 1)
  // What comes after the record is the next row.
  return at === -1 || at + member.length > record.end ? -1 : at + member.length
}
