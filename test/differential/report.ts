import type { Report } from './run.ts'

/** Each difference, with what is needed to ask again. */
export function differencesOf({ differences }: Report): string {
  return differences
    .map(({ question: { number, document, operationName, variables }, difference }) =>
      [
        `case ${number}: ${difference}`,
        document,
        `operationName ${operationName}, variables ${JSON.stringify(variables)}`,
      ].join('\n'),
    )
    .join('\n\n')
}

/** One line, for a person and for `grep`. */
export function figuresOf({ outcomes, differences }: Report, seed: number): string {
  const cases = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`)
  return `differential: ${cases} operations, ${differences.length} differences; ${counts.join(', ')}; seed ${seed}`
}
