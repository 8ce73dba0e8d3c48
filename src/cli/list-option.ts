import { Option } from 'commander'

/** An option that may be given more than once; each value as it is. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, previous: readonly string[]) => [...previous, value])
    .default([], 'none')
}
