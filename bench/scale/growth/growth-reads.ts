import { page } from '../../workloads/page.ts'
import { point } from '../../workloads/point.ts'
import type { Workload } from '../../workloads/workload.ts'

/** Different requests of one read. */
const PLACES = 100
const BY_DUE_DATE = 'orderBy: [{ dueOn: DESC }]'
const ROW = 'id number status issuedAt dueOn currency total customer { id name }'

/** The point read, of customers anywhere and not of the first ones alone. */
const keyed: Workload = {
  ...point,
  name: 'keyed',
  title: 'one customer by id, anywhere among them',
  questions: (customers) =>
    point.questions(customers).map((question, index, all) => ({
      ...question,
      variables: { id: String(1 + Math.floor((index * customers) / all.length)) },
    })),
}

/** Reads that ask the same whatever there is. */
export const FIRST_READS: readonly Workload[] = [keyed, page]

/** Pages that begin behind a row anywhere in a list, which must be found first. */
export const DEEP_READS: readonly {
  readonly list: keyof Cursors
  of(cursors: readonly string[]): Workload
}[] = [
  {
    list: 'byKey',
    of: (cursors) => deepRead('deep', 'invoices, 50 from anywhere in the list', '', cursors),
  },
  {
    list: 'byDueDate',
    of: (cursors) =>
      deepRead(
        'deep, sorted',
        'invoices of a status by due date, 50 from anywhere in the list',
        `, where: { status: { equals: PAID } }, ${BY_DUE_DATE}`,
        cursors,
      ),
  },
]

function deepRead(name: string, title: string, args: string, cursors: readonly string[]): Workload {
  const served = `query Deep($after: String!) { invoices(first: 50, after: $after${args}) { nodes { ${ROW} } } }`
  return { name, title, questions: () => cursors.map((after) => ({ variables: { after }, served })) }
}

/** Places in lists of invoices. */
export interface Cursors {
  readonly byKey: readonly string[]
  readonly byDueDate: readonly string[]
}

/** Asks for the cursors of one row. A cursor is bound to the order of its list and not to the filter. */
export const CURSORS_OF_ROW = `query Place($id: ID!) {
  byKey: invoices(first: 1, where: { id: { equals: $id } }) { pageInfo { endCursor } }
  byDueDate: invoices(first: 1, where: { id: { equals: $id } }, ${BY_DUE_DATE}) { pageInfo { endCursor } }
}`

/** Keys of rows all over a list of so many. */
export function keysOver(rows: number): readonly string[] {
  return Array.from({ length: PLACES }, (_, index) => String(1 + Math.floor((index * rows) / PLACES)))
}
