import { suggestionList } from 'graphql/jsutils/suggestionList.js'

/** A question that names the nearest of the known names, or undefined where none is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = suggestionList(word, [...known].sort()).slice(0, 3)
  if (near.length === 0) return undefined
  const names = near.map((name) => `\`${name}\``)
  const last = names.pop()
  return names.length === 0 ? `did you mean ${last}?` : `did you mean ${names.join(', ')} or ${last}?`
}
