import { type FieldDefinitionNode, print } from 'graphql'
import type { Entity, StoredField } from './data-model.ts'
import type { Declared } from './permits.ts'
import type { RelationField } from './policy.ts'
import { reportNull } from './scalar-field.ts'
import type { TypeScope } from './scope.ts'
import type { TypeShape } from './type-shape.ts'

/** Checks a field that leads to another governed type. Undefined where the relation is missing or something else is stored. */
export function relationField(
  field: FieldDefinitionNode,
  coordinate: string,
  shape: TypeShape,
  declared: Declared,
  entity: Entity | undefined,
  stored: StoredField | undefined,
  scope: TypeScope,
): RelationField | undefined {
  const { reporter } = scope
  const target = shape.named.name.value
  for (const { transform, transformNode } of declared.declarations)
    if (transform !== 'AS_IS' && transformNode)
      reporter.report(
        'PG306',
        transformNode,
        `\`${transform}\` stands on \`${coordinate}\`, which is a relation`,
        'declare it on the fields of the target',
      )
  if (entity === undefined || stored === undefined) return undefined
  const model = `${entity.name}.${stored.name}`
  if (stored.kind === 'scalar') {
    reporter.report(
      'PG405',
      field.type,
      `\`${coordinate}\` is \`${target}\` and \`${model}\` is stored as \`${stored.sqlType}\``,
      'only a relation of the data model leads to a type',
    )
    return undefined
  }
  const wellFormed = shape.list ? shape.nonNull && shape.elementsNonNull && !shape.nested : true
  if (shape.list !== stored.list || !wellFormed)
    reporter.report(
      'PG406',
      field.type,
      `\`${coordinate}\` is \`${print(field.type)}\` and \`${model}\` leads to ${stored.list ? 'many' : 'one'}`,
      `write \`${stored.list ? `[${target}!]!` : target}\``,
    )
  else if (!stored.list && shape.nonNull && !stored.required) reportNull(field, coordinate, model, scope)

  const targetEntity = scope.entityOfType.get(target)
  if (targetEntity !== undefined && targetEntity !== stored.target)
    reporter.report(
      'PG408',
      field.type,
      `\`${target}\` stands for \`${targetEntity}\` and \`${model}\` leads to \`${stored.target}\``,
      targetHelp(stored.target, scope),
    )
  if (stored.join.length === 0)
    reporter.report(
      'PG409',
      field.type,
      `\`${model}\` is a many-to-many relation without a model of its own`,
      'make the join table a model of the data model and govern it by a type',
    )
  return {
    kind: 'relation',
    name: field.name.value,
    coordinate,
    description: field.description?.value ?? '',
    category: declared.category,
    permits: declared.permits,
    target,
    many: stored.list,
    nonNull: shape.nonNull,
    join: stored.join,
  }
}

function targetHelp(entity: string, { entityOfType }: TypeScope): string {
  const [type] = [...entityOfType].find(([, name]) => name === entity) ?? []
  return type === undefined ? `declare a type with \`@model\` for \`${entity}\`` : `write \`${type}\``
}
