import type { TextNode } from './arguments.ts'
import type { Entity, StoredScalar } from './data-model.ts'
import { didYouMean } from './did-you-mean.ts'
import type { StoredDate } from './keeping.ts'
import type { TypeScope } from './scope.ts'
import type { SubjectStep } from './subject-path.ts'

/**
 * A dotted path of to-one relations that ends at a date or an instant of the data model. Undefined where it leads to none
 * (PG721, PG722), or may lead to null and nothing says what that would mean (PG723).
 */
export function storedDateOf(
  path: TextNode,
  start: Entity,
  openEnded: boolean,
  scope: TypeScope,
): StoredDate | undefined {
  const names = path.text.split('.')
  const last = names.pop() ?? ''
  const steps: SubjectStep[] = []
  let entity = start
  let nullable: string | undefined
  for (const name of names) {
    const step = entity.fields.get(name)
    const target =
      step?.kind === 'relation' && !step.list ? scope.dataModel.entities.get(step.target) : undefined
    if (step?.kind !== 'relation' || target === undefined) {
      reportNoField(path, entity, name, 'relation to one', scope)
      return undefined
    }
    if (!step.required) nullable ??= `${entity.name}.${name}`
    steps.push({ relation: name, target: target.name, table: target.table, join: step.join })
    entity = target
  }
  const field = entity.fields.get(last)
  if (field?.kind !== 'scalar') {
    reportNoField(path, entity, last, 'field', scope)
    return undefined
  }
  const type = dateTypeOf(field)
  if (type === undefined) {
    scope.reporter.report(
      'PG722',
      path.node,
      `\`${entity.name}.${last}\` is stored as \`${field.sqlType}${field.list ? '[]' : ''}\`, which is no date`,
      'name a date or an instant',
    )
    return undefined
  }
  if (!field.required) nullable ??= `${entity.name}.${last}`
  if (nullable !== undefined && !openEnded) {
    scope.reporter.report(
      'PG723',
      path.node,
      `\`${nullable}\` can be null, and nothing says how long such a row is kept`,
      'say `openEnded: true` if the period then has not begun, or make it required in the data model',
    )
    return undefined
  }
  return {
    path: path.text,
    steps,
    column: field.column,
    sqlType: field.sqlType,
    type,
    openEnded: nullable !== undefined,
  }
}

export function dateTypeOf({ list, type, sqlType }: StoredScalar): StoredDate['type'] | undefined {
  if (list || type !== 'DateTime') return undefined
  if (sqlType === 'date') return 'Date'
  return sqlType.startsWith('timestamp') ? 'DateTime' : undefined
}

function reportNoField(path: TextNode, entity: Entity, name: string, kind: string, scope: TypeScope): void {
  scope.reporter.report(
    'PG721',
    path.node,
    `the model \`${entity.name}\` has no ${kind} \`${name}\``,
    didYouMean(
      name,
      [...entity.fields.values()]
        .filter((field) =>
          kind === 'field' ? field.kind === 'scalar' : field.kind === 'relation' && !field.list,
        )
        .map((field) => field.name),
    ),
  )
}
