import { alignedTable } from '../aligned-table.ts'
import { type Figure, isReached } from '../figure.ts'
import { figureTableOf, goalsReached, verdictOf } from '../figure-table.ts'
import { numberText } from '../number-text.ts'
import type { Startup } from './measure-startup.ts'
import type { PlanningCost, Share } from './planning/task.ts'

/** What large documents and large policies cost. */
export interface SizeReport {
  readonly planning: readonly PlanningCost[]
  readonly startups: readonly Startup[]
}

/** Medians; of planning and compiling, since parsing and validating are graphql-js'. */
const PLANNING_GOAL = { planMs: 2, fromCacheMs: 0.02 }
const STARTUP_GOAL = { seconds: 2, restMegabytes: 200 }

export function sizeTablesOf({ planning, startups }: SizeReport): string {
  const planningTable = alignedTable(
    [PLANNING_COLUMNS, ...planning.map(cellsOfPlanning)],
    PLANNING_COLUMNS.map(() => 'right'),
  )
  return `${planningTable}\n\n${figureTableOf('startup and memory', figuresOf(startups))}`
}

/** `size 8 of 10 goals reached` */
export function sizeSummaryOf({ planning, startups }: SizeReport): string {
  return goalsReached('size', [
    ...planning.flatMap((cost) => [isPlannedInTime(cost), isCachedInTime(cost)]),
    ...figuresOf(startups).map(isReached),
  ])
}

function isPlannedInTime({ planAndCompile }: PlanningCost): boolean {
  return planAndCompile.p50Ms <= PLANNING_GOAL.planMs
}

function isCachedInTime({ fromCache }: PlanningCost): boolean {
  return fromCache.p50Ms <= PLANNING_GOAL.fromCacheMs
}

const PLANNING_COLUMNS = [
  '100 fields, types of the policy',
  'parse, validate ms',
  'p99',
  `plan, compile ms (≤ ${PLANNING_GOAL.planMs})`,
  'p99',
  'sum ms',
  'p99',
  `from the cache µs (≤ ${PLANNING_GOAL.fromCacheMs * 1000})`,
  'p99',
]

function cellsOfPlanning(cost: PlanningCost): readonly string[] {
  const { types, parseAndValidate, planAndCompile, sum, fromCache } = cost
  const cells = ({ p50Ms, p99Ms }: Share, verdict = '') => [
    `${numberText(p50Ms)} ${verdict}`.trim(),
    numberText(p99Ms),
  ]
  const inMicroseconds = { p50Ms: fromCache.p50Ms * 1000, p99Ms: fromCache.p99Ms * 1000 }
  return [
    String(types),
    ...cells(parseAndValidate),
    ...cells(planAndCompile, verdictOf(isPlannedInTime(cost))),
    ...cells(sum),
    ...cells(inMicroseconds, verdictOf(isCachedInTime(cost))),
  ]
}

function figuresOf(startups: readonly Startup[]): readonly Figure[] {
  return startups.flatMap((startup): readonly Figure[] => [
    { what: `${startup.what}: first start`, value: startup.firstSeconds, unit: 's' },
    { what: `${startup.what}: start with a new policy`, value: startup.newPolicySeconds, unit: 's' },
    {
      what: `${startup.what}: start`,
      value: startup.seconds,
      unit: 's',
      goal: { atMost: STARTUP_GOAL.seconds },
    },
    {
      what: `${startup.what}: memory at rest`,
      value: startup.restMegabytes,
      unit: 'MB',
      goal: { atMost: STARTUP_GOAL.restMegabytes },
    },
    {
      what: `${startup.what}: memory after a load of new documents`,
      value: startup.loadedMegabytes,
      unit: 'MB',
    },
    { what: `${startup.what}: after as much again`, value: startup.loadedAgainMegabytes, unit: 'MB' },
  ])
}
