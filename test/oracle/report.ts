import type { Report } from './run.ts'

/** The last line: how much was asked, and what was wrong with it. */
export function figuresOf(report: Report, seed: number): string {
  const { cases, policies, outcomes, compared, failures, outside } = report
  const n = (count: number): string => count.toLocaleString('en')
  const leaks = failures.reduce((sum, { leaks }) => sum + leaks.length, 0) + outside.length
  const differences = failures.reduce((sum, result) => sum + result.differences.length, 0)
  return `${n(cases)} cases under ${n(policies)} policies, seed ${seed}, ${n(leaks)} leaks, ${n(differences)} differences, ${n(outcomes.granted)} granted, ${n(outcomes.pruned)} pruned, ${n(outcomes.refused)} refused, ${n(outcomes.invalid)} invalid, ${n(compared)} lists compared with Prisma`
}

/** What is wrong, each case such that it can be run again by itself. */
export function faultsOf({ failures, outside }: Report, seed: number): string {
  const cases = failures.map(({ asked, leaks, differences }) => {
    const { number, document, variables, cursors, values: _values, optional: _optional, ...headers } = asked
    return [
      `case ${number}: run it again by --seed ${seed} --only ${number}`,
      ...leaks.map((leak) => `  leak: ${leak}`),
      ...differences.map((difference) => `  ${difference}`),
      document,
      `variables ${JSON.stringify(variables)}`,
      ...(cursors.length > 0 ? [`cursors ${JSON.stringify(cursors)}`] : []),
      JSON.stringify(headers),
    ].join('\n')
  })
  return [...outside.map((leak) => `leak: ${leak}`), ...cases].join('\n\n')
}
