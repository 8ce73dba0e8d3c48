import { alignedTable } from '../aligned-table.ts'
import { type Cost, GOAL, isCheap } from './cost.ts'
import { type Figure, isReached } from './figure.ts'
import { digitsOf, figureTableOf, grouped, verdictOf } from './figure-table.ts'

/** What was found about the access log. */
export interface LogReport {
  readonly figures: readonly Figure[]
  readonly costs: readonly Cost[]
}

export function logTablesOf({ figures, costs }: LogReport): string {
  const figureTable = figureTableOf('the access log', figures)
  const costTable = alignedTable(
    [COST_COLUMNS, ...costs.map(cellsOfCost)],
    COST_COLUMNS.map(() => 'right'),
  )
  return `${figureTable}\n\n${costTable}`
}

/** `log 5 of 6 goals reached` */
export function logSummaryOf({ figures, costs }: LogReport): string {
  const known = [...figures.map(isReached), ...costs.map(isCheap)].filter((reached) => reached !== undefined)
  return `log ${known.filter(Boolean).length} of ${known.length} goals reached`
}

const COST_COLUMNS = [
  'connections',
  'point/s',
  'without log',
  `log costs (≤ ${GOAL.share * 100} %)`,
  'p50 ms',
  'without log',
  'p99 ms',
  'without log',
  'one commit ms',
  'records in it',
]

function cellsOfCost(cost: Cost): readonly string[] {
  const { gateway, withoutLog } = cost
  return [
    String(cost.connections),
    grouped(gateway.requestsPerSecond, 0),
    grouped(withoutLog.requestsPerSecond, 0),
    `${(cost.share * 100).toFixed(0)} % ${verdictOf(isCheap(cost))}`.trim(),
    ...[gateway.p50Ms, withoutLog.p50Ms, gateway.p99Ms, withoutLog.p99Ms, cost.commitMs].map((ms) =>
      grouped(ms, digitsOf(ms)),
    ),
    cost.recordsPerCommit.toFixed(1),
  ]
}
