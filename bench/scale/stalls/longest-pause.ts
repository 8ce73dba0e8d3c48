/**
 * The longest pause of an event loop.
 *
 * @param text lines `END MILLISECONDS`, as `event-loop.mjs` writes them
 * @param from milliseconds since the epoch
 * @returns milliseconds; NaN where nothing was written in that time
 */
export function longestPause(text: string, from: number, until: number): number {
  const pauses = text
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .flatMap(([end, pause]) => (end !== undefined && end > from && end <= until ? (pause ?? []) : []))
  return pauses.length === 0 ? Number.NaN : Math.max(...pauses)
}
