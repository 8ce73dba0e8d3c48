const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
])

/** `90`, `90s`, `15m`, `1h`, `7d` → seconds; undefined: none of these, or not above zero. */
export function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? []
  const seconds = Number(digits) * (UNITS.get(unit) ?? 0)
  return seconds > 0 ? seconds : undefined
}
