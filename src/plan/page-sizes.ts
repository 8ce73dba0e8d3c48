import type { Problem } from '../errors.ts'
import type { PlannedRoot } from './plan.ts'
import type { ListSelection, RowSelection } from './selection.ts'

export interface PageLimits {
  readonly defaultPageSize: number
  readonly maxPageSize: number
  readonly rows: number
  /** Of one aggregate. */
  readonly groups: number
}

/** The page size that a list asks for, or the default. Checked by `checkPageSizes` before it is used. */
export function pageSizeOf(
  first: number | undefined,
  { defaultPageSize }: Pick<PageLimits, 'defaultPageSize'>,
): number {
  return first ?? defaultPageSize
}

/**
 * Every `first` lies within its bounds, and the rows that the page sizes allow (multiplied along each path, summed over
 * the operation) stay below the ceiling: the cost of an answer is known before it is read.
 */
export function checkPageSizes(roots: readonly PlannedRoot[], limits: PageLimits): Problem | undefined {
  let rows = 0
  let outOfBounds = false
  const visitList = (list: ListSelection, times: number): void => {
    const size = pageSizeOf(list.first, limits)
    if (size < 1 || size > limits.maxPageSize) outOfBounds = true
    rows += times * size
    for (const entry of list.entries) {
      if (entry.kind === 'nodes') visitRows(entry.rows, times * size)
      else if (entry.kind === 'edges')
        for (const part of entry.entries) if (part.kind === 'node') visitRows(part.rows, times * size)
    }
  }
  const visitRows = (selection: RowSelection, times: number): void => {
    for (const entry of selection.entries) {
      if (entry.kind === 'many') visitList(entry.list, times)
      else if (entry.kind === 'one') visitRows(entry.rows, times)
    }
  }
  for (const root of roots) {
    if (root.kind === 'many') visitList(root.list, 1)
    else if (root.kind === 'one') visitRows(root.rows, 1)
  }
  if (outOfBounds)
    return {
      code: 'BAD_USER_INPUT',
      message: `\`first\` must be a whole number from 1 to ${limits.maxPageSize}`,
    }
  if (rows > limits.rows)
    return {
      code: 'QUERY_TOO_LARGE',
      message: `the page sizes allow ${rows} rows, more than the ${limits.rows} that one operation may read; ask for less with \`first\``,
    }
  return undefined
}
