import type { FieldDefinitionNode } from 'graphql'
import type { Entity, StoredField } from './data-model.ts'
import type { Declaration } from './declarations.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Field } from './governed-model.ts'
import { declaredFor } from './permits.ts'
import { relationField } from './relation-field.ts'
import { scalarField } from './scalar-field.ts'
import type { TypeScope } from './scope.ts'
import { isScalarName } from './stored-fit.ts'
import { typeShapeOf } from './type-shape.ts'

/** One field of a governed type, checked against its own declarations and against what is stored. */
export function fieldOf(
  field: FieldDefinitionNode,
  type: string,
  typeDefault: readonly Declaration[] | undefined,
  entity: Entity | undefined,
  scope: TypeScope,
): Field | undefined {
  const coordinate = `${type}.${field.name.value}`
  const declared = declaredFor(field, coordinate, typeDefault, scope)
  const [argument] = field.arguments ?? []
  if (argument !== undefined)
    scope.reporter.report(
      'PG410',
      argument.name,
      `\`${coordinate}\` has arguments`,
      'remove them; filters, orders and pages are derived',
    )
  const stored = entity && storedField(field, entity, scope)
  const shape = typeShapeOf(field.type)
  const named = shape.named.name.value
  const site = { node: field, coordinate, shape, declared, stored, scope }
  if (named === 'Purpose')
    scope.reporter.report(
      'PG601',
      field.type,
      `\`${coordinate}\` cannot have the type \`Purpose\``,
      'the served schema has an enum of that name; declare one of its own for what is stored',
    )
  if (named === 'RowCondition')
    scope.reporter.report(
      'PG412',
      field.type,
      `\`${coordinate}\` has the type \`RowCondition\`, which nothing is stored as`,
      'only `@rows` takes one',
    )
  if (scope.definitions.objects.has(named)) return relationField(site)
  if (isScalarName(named)) return scalarField(site, named)
  if (scope.definitions.enums.has(named)) return scalarField(site, 'Enum')
  // The type itself is unknown, or of a kind that is refused; either is reported where it stands.
  return undefined
}

function storedField(
  field: FieldDefinitionNode,
  entity: Entity,
  { reporter }: TypeScope,
): StoredField | undefined {
  const stored = entity.fields.get(field.name.value)
  if (stored === undefined)
    reporter.report(
      'PG404',
      field.name,
      `the model \`${entity.name}\` has no field \`${field.name.value}\``,
      didYouMean(field.name.value, entity.fields.keys()),
    )
  return stored
}
