import { invariant } from '../invariant.ts'
import type { Entity } from './data-model.ts'
import type { KeyPart } from './subject-path.ts'

/** The columns of an entity's key, in order. */
export function keyOf(entity: Entity): readonly KeyPart[] {
  return entity.key.map((name) => {
    const field = entity.fields.get(name)
    invariant(field?.kind === 'scalar', 'a key is made of columns')
    return { field: name, column: field.column, sqlType: field.sqlType }
  })
}
