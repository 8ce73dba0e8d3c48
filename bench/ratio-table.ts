import { alignedTable } from './aligned-table.ts'
import { OURS, type Summary } from './summary.ts'

/**
 * What the gateway serves of what each peer serves, per workload, with the range over single rounds; empty where a peer cannot be
 * asked.
 */
export function ratioTableOf(
  { ratios, ratioRanges }: Summary,
  workloads: readonly string[],
  peers: readonly string[],
): string {
  const others = peers.filter((peer) => peer !== OURS)
  const cell = (key: string): string => {
    const ratio = ratios[key]
    const range = ratioRanges[key]
    if (ratio === undefined || range === undefined) return ''
    return `${factor(ratio)} (${range.map((end) => end.toFixed(2)).join('–')})`
  }
  return alignedTable(
    [
      ['gateway ÷', ...others],
      ...workloads.map((workload) => [workload, ...others.map((peer) => cell(`${workload}/${peer}`))]),
    ],
    ['left', ...others.map(() => 'right' as const)],
  )
}

export function factor(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio.toFixed(2)}×`
}
