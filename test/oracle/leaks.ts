import type { Sign } from './database.ts'
import { SIGN } from './tokens.ts'

/** Every recognisable text of the database that stands in `text` and is not permitted there. */
export function leaksIn(
  text: string,
  signs: ReadonlyMap<string, readonly Sign[]>,
  permitted: (sign: Sign) => boolean = () => false,
): readonly string[] {
  const leaks: string[] = []
  for (const word of text.match(SIGN) ?? []) {
    const known = signs.get(word)
    if (known && !known.some(permitted)) leaks.push(`${known[0]?.coordinate} ${word}`)
  }
  return leaks
}
