import type { Field } from '../policy/policy.ts'
import type { Transform } from '../policy/transform.ts'
import type { Condition, ListSelection, PlannedRoot, RowSelection } from './plan.ts'

/**
 * Coordinate → transform of everything that the roots read, from the tree that SQL is made of, so that the record cannot
 * say anything else than what was read. Where a field is both served in a form and used by an argument it is `AS_IS`
 * in both, as rule 5 demands.
 */
export function fieldsRead(roots: readonly PlannedRoot[]): Readonly<Record<string, Transform>> {
  const read = new Map<string, Transform>()
  const note = (field: Field, transform: Transform = 'AS_IS') => read.set(field.coordinate, transform)
  for (const root of roots) {
    if (root.kind === 'one') {
      for (const part of root.rows.model.key) {
        const field = root.rows.model.fields.get(part.field)
        if (field) note(field)
      }
      noteRows(root.rows, note)
    } else if (root.kind === 'many') noteList(root.list, note)
  }
  return Object.fromEntries([...read].sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Note = (field: Field, transform?: Transform) => void

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
