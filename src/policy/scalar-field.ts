import { type FieldDefinitionNode, print } from 'graphql'
import type { Entity, StoredField } from './data-model.ts'
import type { Declared } from './permits.ts'
import type { ScalarField, ScalarName } from './policy.ts'
import type { TypeScope } from './scope.ts'
import { servedTypesOf } from './stored-fit.ts'
import { fits } from './transform.ts'
import type { TypeShape } from './type-shape.ts'

/** Checks a field that is served from a column. Undefined where the column is missing or of another kind. */
export function scalarField(
  field: FieldDefinitionNode,
  coordinate: string,
  shape: TypeShape,
  type: ScalarName | 'Enum',
  declared: Declared,
  entity: Entity | undefined,
  stored: StoredField | undefined,
  scope: TypeScope,
): ScalarField | undefined {
  checkTransforms(coordinate, shape, type, declared, scope)
  if (entity === undefined || stored === undefined) return undefined
  const { reporter } = scope
  const model = `${entity.name}.${stored.name}`
  const written = shape.named.name.value
  if (stored.kind === 'relation') {
    const said = `\`${coordinate}\` is \`${written}\` and \`${model}\` is a relation to \`${stored.target}\``
    reporter.report('PG405', field.type, said, 'a relation is served as the type of its target')
    return undefined
  }
  const servable = servedTypesOf(stored)
  if (servable.length === 0)
    reporter.report(
      'PG412',
      field.type,
      `\`${model}\` is stored as \`${stored.sqlType}\`, which cannot be served`,
      'remove the field',
    )
  else if (!servable.includes(type)) {
    const choices =
      stored.type === 'Enum'
        ? `an enum with the values of \`${stored.enumName}\``
        : servable.map((name) => `\`${name}\``).join(' or ')
    reporter.report(
      'PG405',
      field.type,
      `\`${coordinate}\` is \`${written}\` and \`${model}\` is stored as \`${stored.sqlType}\``,
      `serve it as ${choices}`,
    )
  }
  if (shape.list !== stored.list || shape.nested || (shape.list && !shape.elementsNonNull))
    reporter.report(
      'PG406',
      field.type,
      `\`${coordinate}\` is \`${print(field.type)}\` and \`${model}\` holds ${stored.list ? 'a list' : 'one value'}`,
      `write \`${stored.list ? `[${written}!]!` : written}\``,
    )
  else if (shape.nonNull && !stored.required) reportNull(field, coordinate, model, scope)
  return {
    kind: 'scalar',
    name: field.name.value,
    coordinate,
    description: field.description?.value ?? '',
    category: declared.category,
    permits: declared.permits,
    type,
    enumName: type === 'Enum' ? written : undefined,
    list: shape.list,
    nonNull: shape.nonNull,
    column: stored.column,
    sqlType: stored.sqlType,
  }
}

export function reportNull(
  field: FieldDefinitionNode,
  coordinate: string,
  model: string,
  { reporter }: TypeScope,
): void {
  reporter.report(
    'PG407',
    field.type,
    `\`${coordinate}\` cannot be null and \`${model}\` can`,
    'leave out the `!`, or make the field required in the data model',
  )
}

function checkTransforms(
  coordinate: string,
  shape: TypeShape,
  type: ScalarName | 'Enum',
  declared: Declared,
  { reporter }: TypeScope,
): void {
  const written = shape.list ? `[${shape.named.name.value}]` : shape.named.name.value
  for (const { transform, transformNode } of declared.declarations) {
    if (transformNode === undefined) continue
    if (!fits(transform, type, shape.list))
      reporter.report(
        'PG305',
        transformNode,
        `\`${transform}\` does not fit \`${coordinate}\`, which is \`${written}\``,
      )
    else if (transform === 'DOMAIN' && shape.nonNull)
      reporter.report(
        'PG308',
        transformNode,
        `\`${coordinate}\` cannot be null and \`${transform}\` can give null`,
        'leave out the `!` of the field',
      )
  }
}
