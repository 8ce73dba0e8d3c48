import { nameArgument } from './arguments.ts'
import { checkGroupSubject } from './check-groups.ts'
import type { Entity } from './data-model.ts'
import { declarationsOf } from './declarations.ts'
import type { ObjectDefinition } from './definitions.ts'
import { fieldOf } from './field.ts'
import type { Field, Model } from './governed-model.ts'
import { keyOf } from './key.ts'
import { legalHoldOf } from './legal-hold.ts'
import { retentionOf } from './retention.ts'
import { directivesNamed, type TypeScope } from './scope.ts'
import { subjectOf } from './subject.ts'

/** One governed type. Undefined where it stands for no model; its declarations are checked all the same. */
export function modelOf(object: ObjectDefinition, scope: TypeScope): Model | undefined {
  const name = object.name.value
  const entity: Entity | undefined = scope.dataModel.entities.get(scope.entityOfType.get(name) ?? '')
  const defaults = directivesNamed(object, 'purpose')
  const typeDefault = defaults.length > 0 ? declarationsOf(defaults, name, scope) : undefined
  if (object.fields.length === 0)
    scope.reporter.report('PG413', object.name, `the type \`${name}\` has no fields`)
  const fields = new Map<string, Field>()
  for (const node of object.fields) {
    const field = fieldOf(node, name, typeDefault, entity, scope)
    if (field !== undefined) fields.set(field.name, field)
  }
  const [personal] = directivesNamed(object, 'personal')
  const subject = subjectOf(object, entity, scope)
  const retention = retentionOf(object, entity, scope)
  const legalHold = legalHoldOf(object, entity, subject, scope)
  checkGroupSubject(object, fields.values(), subject, scope)
  if (entity === undefined) return undefined
  return {
    name,
    description: object.description,
    category: personal && nameArgument(personal, 'category', 'DataCategory', scope)?.value,
    table: entity.table,
    key: keyOf(entity),
    fields,
    subject,
    rows: [],
    retention,
    legalHold,
  }
}
