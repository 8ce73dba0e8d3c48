import { alignedTable } from '../aligned-table.ts'
import { type Figure, isReached } from './figure.ts'

/** @param title of what all of them are about */
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
        ? `≥ ${grouped(goal.atLeast, wholeOr(goal.atLeast))}`
        : `≤ ${grouped(goal.atMost, wholeOr(goal.atMost))}`
  return [what, `${grouped(value, digitsOf(value))} ${unit}`, wanted, verdictOf(isReached(figure))]
}

export function verdictOf(reached: boolean | undefined): string {
  if (reached === undefined) return ''
  return reached ? 'reached' : 'missed'
}

export const digitsOf = (value: number): number => (value < 10 ? 2 : value < 100 ? 1 : 0)

const wholeOr = (value: number): number => (Number.isInteger(value) ? 0 : digitsOf(value))

export function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
