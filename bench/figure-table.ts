import { alignedTable } from './aligned-table.ts'
import { type Figure, isReached } from './figure.ts'
import { grouped, numberText } from './number-text.ts'

/** @param title says what the figures are of */
export function figureTableOf(title: string, figures: readonly Figure[]): string {
  return alignedTable(
    [[title, 'measured', 'goal', ''], ...figures.map(cellsOf)],
    ['left', 'right', 'right', 'left'],
  )
}

function cellsOf(figure: Figure): readonly string[] {
  const { what, value, unit, goal } = figure
  const wanted =
    goal === undefined
      ? ''
      : 'atLeast' in goal
        ? `≥ ${wantedText(goal.atLeast)}`
        : `≤ ${wantedText(goal.atMost)}`
  return [what, `${numberText(value)} ${unit}`, wanted, verdictOf(isReached(figure))]
}

const wantedText = (value: number): string =>
  Number.isInteger(value) ? grouped(value, 0) : numberText(value)

export function verdictOf(reached: boolean | undefined): string {
  if (reached === undefined) return ''
  return reached ? 'reached' : 'missed'
}

/** `log 5 of 6 goals reached`; what has no goal does not count. */
export function goalsReached(name: string, verdicts: readonly (boolean | undefined)[]): string {
  const known = verdicts.filter((reached) => reached !== undefined)
  return `${name} ${known.filter(Boolean).length} of ${known.length} goals reached`
}
