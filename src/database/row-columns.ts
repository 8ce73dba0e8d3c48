import type { TableName } from '../policy/data-model.ts'
import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { RowCondition } from '../policy/row-condition.ts'
import type { StoredChoice } from '../policy/stored-choice.ts'
import type { SubjectPath } from '../policy/subject-path.ts'

/** A column that the policy's conditions on rows look at, and its type where it has a name of its own. */
export interface RowColumn {
  readonly table: TableName
  readonly column: string
  readonly sqlType: string | undefined
}

/**
 * What the reader has to see to choose rows, besides what it serves: stored consents and objections where a purpose looks at
 * them, and the fields of `@rows`.
 */
export function rowColumns(policy: Policy): readonly RowColumn[] {
  const { consents, objections, models } = policy
  const purposes = [...policy.purposes.values()]
  return [
    ...(consents && purposes.some(({ basis }) => basis === 'CONSENT') ? choiceColumns(consents, models) : []),
    ...(objections && purposes.some(({ basis }) => basis === 'LEGITIMATE_INTEREST')
      ? choiceColumns(objections, models)
      : []),
    ...[...models.values()].flatMap((model) =>
      model.rows.flatMap((rule) => conditionColumns(rule.where, model, models)),
    ),
  ]
}

function choiceColumns(choice: StoredChoice, models: ReadonlyMap<string, Model>): readonly RowColumn[] {
  const { table, purpose, since, withdrawnAt, expiresAt, givenBy, subject } = choice
  const person = models.get(givenBy?.model ?? '')?.table
  return [
    ...[purpose, since, withdrawnAt, expiresAt].flatMap((stored) =>
      stored ? [{ table, column: stored.column, sqlType: stored.sqlType }] : [],
    ),
    ...(givenBy?.join ?? []).flatMap(({ from, to }) => [
      { table, column: from, sqlType: undefined },
      ...(person ? [{ table: person, column: to, sqlType: undefined }] : []),
    ]),
    ...pathColumns(subject, table),
  ]
}

function pathColumns({ steps, key }: SubjectPath, start: TableName): readonly RowColumn[] {
  const columns: RowColumn[] = []
  let table = start
  for (const step of steps) {
    for (const { from, to } of step.join)
      columns.push(
        { table, column: from, sqlType: undefined },
        { table: step.table, column: to, sqlType: undefined },
      )
    table = step.table
  }
  return [...columns, ...key.map(({ column, sqlType }) => ({ table, column, sqlType }))]
}

function conditionColumns(
  where: RowCondition,
  model: Model,
  models: ReadonlyMap<string, Model>,
): readonly RowColumn[] {
  switch (where.kind) {
    case 'and':
    case 'or':
      return where.operands.flatMap((operand) => conditionColumns(operand, model, models))
    case 'not':
      return conditionColumns(where.operand, model, models)
    case 'relation': {
      const field = model.fields.get(where.field)
      const target = field?.kind === 'relation' ? models.get(field.target) : undefined
      if (field?.kind !== 'relation' || !target) return []
      return [
        ...field.join.flatMap(({ from, to }) => [
          { table: model.table, column: from, sqlType: undefined },
          { table: target.table, column: to, sqlType: undefined },
        ]),
        ...(where.condition ? conditionColumns(where.condition, target, models) : []),
      ]
    }
    case 'compare':
    case 'isNull':
    case 'in':
    case 'match': {
      const field = model.fields.get(where.field)
      return field?.kind === 'scalar'
        ? [{ table: model.table, column: field.column, sqlType: field.sqlType }]
        : []
    }
  }
}
