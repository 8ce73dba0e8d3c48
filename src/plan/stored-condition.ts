import type { JoinPair, TableName } from '../policy/data-model.ts'
import type { RelationField, ScalarField } from '../policy/governed-model.ts'
import type { Condition } from './condition.ts'

/** One step from a row to rows of another table. */
export interface Step {
  readonly join: readonly JoinPair[]
  readonly table: TableName
}

/** A column of the data model in a condition of the policy's own; it may be one that nobody can read. */
export function storedColumn(column: string, type: 'Date' | 'DateTime', sqlType: string): ScalarField {
  return {
    ...NOBODYS,
    kind: 'scalar',
    name: column,
    type,
    enumName: undefined,
    list: false,
    column,
    sqlType,
    steps: new Map(),
  }
}

/** Whether the rows at the end of the steps fulfil a condition: some of them do. */
export function along(steps: readonly Step[], condition: Condition): Condition {
  return steps.reduceRight(
    (inner, { join, table }): Condition => ({
      kind: 'relation',
      field: {
        ...NOBODYS,
        kind: 'relation',
        name: table.name,
        target: table.name,
        many: true,
        join,
      } satisfies RelationField,
      target: {
        name: table.name,
        description: '',
        table,
        key: [],
        fields: new Map(),
        subject: undefined,
        category: undefined,
        rows: [],
      },
      quantifier: 'some',
      condition: inner,
    }),
    condition,
  )
}

const NOBODYS = {
  coordinate: '',
  description: '',
  category: undefined,
  permits: new Map(),
  nonNull: false,
} as const
