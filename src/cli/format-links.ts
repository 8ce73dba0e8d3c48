import { styleText } from 'node:util'
import type { Combination, Link } from '../policy/linkability.ts'

const WIDTH = 100
const LABEL = 16

/** Pairs of purposes as blocks of lines for a person, a line of counts at the end. */
export function formatLinks(links: readonly Link[], colour: boolean): readonly string[] {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const joined = links.filter((link) => link.identifiers.length + link.combinations.length > 0)
  const apart = links.filter((link) => !joined.includes(link)).map(({ purposes }) => purposes.join(' and '))
  const strong = joined.filter(({ identifiers }) => identifiers.length > 0).length
  return [
    ...joined.flatMap(({ purposes, identifiers, combinations }) => [
      paint('bold', purposes.join(' and ')),
      ...wrapped('identifiers', identifiers, (text) => paint('red', text)),
      ...combinations.flatMap((one, i) =>
        wrapped(i === 0 ? 'combinations' : '', wordsOf(one), (text) => paint('yellow', text)),
      ),
      '',
    ]),
    ...(apart.length > 0
      ? [paint('green', 'cannot be joined'), ...apart.map((pair) => `  ${pair}`), '']
      : []),
    `${links.length} pairs of purposes: ${strong} by identifiers, ${joined.length - strong} by combinations alone, ${apart.length} not at all`,
  ]
}

function wordsOf({ model, fields }: Combination): readonly string[] {
  return fields.map(({ name, form }) => `${model}.${name}${form === 'AS_IS' ? '' : ` ${form}`}`)
}

/** Words after a label, broken before `WIDTH` and aligned below each other. */
function wrapped(
  label: string,
  words: readonly string[],
  paint: (text: string) => string,
): readonly string[] {
  const lines: string[] = []
  for (const [i, word] of words.entries()) {
    const text = i < words.length - 1 ? `${word},` : word
    const line = lines.at(-1)
    if (line !== undefined && LABEL + line.length + 1 + text.length <= WIDTH)
      lines[lines.length - 1] = `${line} ${text}`
    else lines.push(text)
  }
  return lines.map((line, i) => `  ${paint((i === 0 ? label : '').padEnd(LABEL - 2))}${line}`)
}
