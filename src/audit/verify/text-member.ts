/**
 * Where the text begins that is the value of a member, at or after `from`; the end of the record where there is none. A quote
 * within a JSON string is escaped, so `"name":"` is a member wherever it stands.
 *
 * @param member without its first quote, as in `name":"`: quotes are everywhere, and a search would stop at each of them
 */
export function textMember(record: string, member: string, from: number): number {
  let at = record.indexOf(member, from)
  while (at !== -1 && record[at - 1] !== '"') at = record.indexOf(member, at + 1)
  return at === -1 ? record.length : at + member.length
}
