import type { FieldDefinitionNode } from 'graphql'
import type { StoredField } from './data-model.ts'
import type { Declared } from './permits.ts'
import type { TypeScope } from './scope.ts'
import type { TypeShape } from './type-shape.ts'

/** One field of the SDL with all that is known about it, as the checks of its kind need it. */
export interface FieldSite {
  readonly node: FieldDefinitionNode
  /** `Type.field` */
  readonly coordinate: string
  readonly shape: TypeShape
  readonly declared: Declared
  /** Undefined where the model or its field is missing, which is reported already. */
  readonly stored: StoredField | undefined
  readonly scope: TypeScope
}
