import type { ASTNode } from 'graphql'
import { nameArgument } from './arguments.ts'
import type { Entity } from './data-model.ts'
import type { ObjectDefinition } from './definitions.ts'
import type { EmptiedColumn } from './keeping.ts'
import { neutralValueOf } from './neutral-value.ts'
import { directivesNamed, type TypeScope } from './scope.ts'

/** What anonymising a row empties: its personal fields, but for those of kept categories. PG726 for each that cannot be. */
export function emptiedColumnsOf(
  object: ObjectDefinition,
  entity: Entity,
  kept: ReadonlySet<string>,
  action: ASTNode,
  scope: TypeScope,
): readonly EmptiedColumn[] {
  const { reporter } = scope
  const emptied: EmptiedColumn[] = []
  let personal = 0
  for (const field of object.fields) {
    const [directive] = directivesNamed(field, 'personal')
    if (directive === undefined) continue
    personal++
    const category = nameArgument(directive, 'category', 'DataCategory', scope)
    if (category && kept.has(category.value)) continue
    const stored = entity.fields.get(field.name.value)
    // A field that is not stored is reported where it stands.
    if (stored === undefined) continue
    const value = stored.kind === 'scalar' ? neutralValueOf(stored, entity) : undefined
    if (stored.kind === 'scalar' && value !== undefined)
      emptied.push({ field: field.name.value, column: stored.column, sqlType: stored.sqlType, value })
    else
      reporter.report(
        'PG726',
        field.name,
        `\`${object.name.value}.${field.name.value}\` is personal and no neutral value fits it`,
        'let it be null in the data model, name its category in `keep`, or delete the row',
      )
  }
  if (personal === 0 || (emptied.length === 0 && personal > 0 && kept.size > 0))
    reporter.report(
      'PG726',
      action,
      `anonymising \`${object.name.value}\` would change nothing`,
      'delete the row, or mark what is personal with `@personal`',
    )
  return emptied
}
