import type { Field } from '../policy/governed-model.ts'
import type { AggregateSelection } from './aggregate-selection.ts'
import type { Condition } from './condition.ts'
import type { FormRead, PlannedRoot } from './plan.ts'
import type { ListSelection, RowSelection } from './selection.ts'

/**
 * Coordinate → form, or what was calculated, of everything that the roots read, from the tree that SQL is made of, so that the record cannot
 * say anything else than what was read. Where a field is both served in a form and used by an argument it is `AS_IS`
 * in both, as rule 5 demands; so it is where a field is calculated with and read in any other way.
 */
export function fieldsRead(roots: readonly PlannedRoot[]): Readonly<Record<string, FormRead>> {
  const read = new Map<string, FormRead>()
  const note: Note = (field, form = 'AS_IS') => {
    const before = read.get(field.coordinate)
    read.set(field.coordinate, before === undefined ? form : together(before, form))
  }
  for (const root of roots) {
    if (root.kind === 'one') {
      for (const part of root.rows.model.key) {
        const field = root.rows.model.fields.get(part.field)
        if (field) note(field)
      }
      noteRows(root.rows, note)
    } else if (root.kind === 'many') noteList(root.list, note)
    else if (root.kind === 'aggregate') noteAggregate(root.aggregate, note)
  }
  return Object.fromEntries([...read].sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Note = (field: Field, form?: FormRead) => void

const CALCULATED = { sum: 'SUM', avg: 'AVG', min: 'MIN', max: 'MAX' } as const

/** One form and one purpose have one transform, so two that differ are calculations or a calculation and `AS_IS`. */
function together(a: FormRead, b: FormRead): FormRead {
  if (a === b || a.split('+').includes(b)) return a
  if (b.split('+').includes(a)) return b
  const both = [a, b].sort((x, y) => FORMS.indexOf(x) - FORMS.indexOf(y))
  if (both[0] === 'SUM' && both[1] === 'AVG') return 'SUM+AVG'
  if (both[0] === 'MIN' && both[1] === 'MAX') return 'MIN+MAX'
  // The values themselves, or what shows some of them and how many more there are: as good as read.
  return 'AS_IS'
}

const FORMS: readonly FormRead[] = ['SUM', 'AVG', 'MIN', 'MAX']

function noteAggregate({ where, groupBy, entries }: AggregateSelection, note: Note): void {
  if (where) noteCondition(where, note)
  for (const { field, transform } of groupBy) note(field, transform)
  for (const entry of entries)
    if (entry.kind === 'calculation')
      for (const part of entry.entries)
        if (part.kind === 'calculated') note(part.field, CALCULATED[entry.calculation])
}

function noteRows(rows: RowSelection, note: Note): void {
  for (const entry of rows.entries) {
    if (entry.kind === 'scalar') note(entry.field, entry.transform)
    else if (entry.kind === 'one') {
      note(entry.field)
      noteRows(entry.rows, note)
    } else if (entry.kind === 'many') {
      note(entry.field)
      noteList(entry.list, note)
    }
  }
}

function noteList(list: ListSelection, note: Note): void {
  if (list.where) noteCondition(list.where, note)
  for (const term of list.order) note(term.field)
  for (const entry of list.entries) {
    if (entry.kind === 'nodes') noteRows(entry.rows, note)
    else if (entry.kind === 'edges')
      for (const part of entry.entries) if (part.kind === 'node') noteRows(part.rows, note)
  }
}

function noteCondition(condition: Condition, note: Note): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) noteCondition(operand, note)
      break
    case 'not':
      noteCondition(condition.operand, note)
      break
    case 'relation':
      note(condition.field)
      if (condition.condition) noteCondition(condition.condition, note)
      break
    case 'compare':
    case 'isNull':
    case 'in':
    case 'match':
      note(condition.field)
      break
    case 'own':
    case 'choice':
      // The policy's own, which no operation asks for; the record's policy and purpose say that they held.
      break
  }
}
