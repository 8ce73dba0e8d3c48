import { parseArgs } from 'node:util'

export interface WholeNumber {
  readonly least: number
  /** Where it is not given. */
  readonly unless?: number | 'random'
}

type Numbers<Flags> = {
  readonly [Name in keyof Flags]: Flags[Name] extends { readonly unless: number | 'random' }
    ? number
    : number | undefined
}

const random = (): number => Math.floor(Math.random() * 2 ** 31)

/**
 * The command line of a script that takes whole numbers, each as `--NAME N`. Whoever asks for help gets it, and the process ends
 * with 0; with 2 where the line cannot be understood: a run of no cases would look like one that found nothing.
 */
export function wholeNumbers<const Flags extends Readonly<Record<string, WholeNumber>>>(
  flags: Flags,
): Numbers<Flags> {
  const parsed = parse(process.argv.slice(2), flags)
  if (typeof parsed !== 'string') return parsed
  const usage = `options: ${Object.entries(flags).map(describe).join(' ')}`
  if (parsed === '') console.log(usage)
  else console.error(`${parsed}\n${usage}`)
  process.exit(parsed === '' ? 0 : 2)
}

const describe = ([name, { least, unless }]: [string, WholeNumber]): string =>
  `[--${name} N, ${least} or more${unless === undefined ? '' : `, ${unless} unless given`}]`

const numberOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN)

/** What is wrong with the line; nothing where help is asked for. */
function parse<Flags extends Readonly<Record<string, WholeNumber>>>(
  args: readonly string[],
  flags: Flags,
): Numbers<Flags> | string {
  const texts: Record<string, string | boolean | undefined> = {}
  try {
    const options = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }]))
    const help = { type: 'boolean', short: 'h' } as const
    Object.assign(texts, parseArgs({ args: [...args], options: { ...options, help } }).values)
  } catch (error) {
    return (error as Error).message
  }
  if (texts.help) return ''
  const numbers: Record<string, number | undefined> = {}
  for (const [name, { least, unless }] of Object.entries(flags)) {
    const text = texts[name]
    const value = text === undefined ? (unless === 'random' ? random() : unless) : numberOf(String(text))
    if (value !== undefined && (!Number.isSafeInteger(value) || value < least))
      return `\`--${name}\` is a whole number of ${least} or more`
    numbers[name] = value
  }
  return numbers as Numbers<Flags>
}
