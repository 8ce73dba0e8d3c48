import { alignedTable } from '../aligned-table.ts'
import { type Figure, isReached } from '../figure.ts'
import { figureTableOf, goalsReached, verdictOf } from '../figure-table.ts'
import { grouped, numberText } from '../number-text.ts'
import { factor } from '../ratio-table.ts'
import { GOAL_RATIO, type Growth, isFlat } from './growth/growth.ts'
import { GOAL_MS, isFree, isPrompt, type Stall } from './stalls/stall.ts'

/** What was found about large answers, many customers and several gateways. */
export interface ScaleReport {
  readonly growth: readonly Growth[]
  readonly stalls: readonly Stall[]
  /** Several gateways, and the head of the log that they share. */
  readonly figures: readonly Figure[]
}

export function scaleTablesOf({ growth, stalls, figures }: ScaleReport): string {
  const smallest = smallestOf(growth)
  return [
    alignedTable(
      [
        [
          'read',
          'customers',
          'requests/s',
          'p99 ms',
          'database CPU ms/request',
          `÷ fewest (≥ ${GOAL_RATIO})`,
          '',
        ],
        ...growth.map((one) => [
          one.read,
          grouped(one.customers, 0),
          grouped(one.requestsPerSecond, 0),
          numberText(one.p99Ms),
          one.databaseCpuMsPerRequest === undefined ? '' : numberText(one.databaseCpuMsPerRequest),
          factor(one.ratio),
          verdictOf(isFlat(one, smallest)),
        ]),
      ],
      ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    ),
    alignedTable(
      [
        [
          'beside the point reads',
          'MB',
          'answers/s',
          'p50 ms',
          'p99 ms',
          `largest ms (≤ ${GOAL_MS})`,
          `longest pause ms (≤ ${GOAL_MS})`,
        ],
        ...stalls.map((stall) => [
          stall.answer === undefined ? stall.title : `${stall.answer}: ${stall.title}`,
          stall.answer === undefined ? '' : stall.megabytes.toFixed(1),
          stall.answer === undefined ? '' : stall.answersPerSecond.toFixed(1),
          numberText(stall.p50Ms),
          numberText(stall.p99Ms),
          `${numberText(stall.largestMs)} ${verdictOf(isPrompt(stall))}`,
          `${numberText(stall.longestPauseMs)} ${verdictOf(isFree(stall))}`,
        ]),
      ],
      ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
    ),
    figureTableOf('several gateways, and the head of their log', figures),
  ].join('\n\n')
}

/** `scale 9 of 12 goals reached` */
export function scaleSummaryOf({ growth, stalls, figures }: ScaleReport): string {
  const smallest = smallestOf(growth)
  return goalsReached('scale', [
    ...growth.map((one) => isFlat(one, smallest)),
    ...stalls
      .filter(({ answer }) => answer !== undefined)
      .flatMap((stall) => [isPrompt(stall), isFree(stall)]),
    ...figures.map(isReached),
  ])
}

const smallestOf = (growth: readonly Growth[]): number =>
  Math.min(...growth.map(({ customers }) => customers))
