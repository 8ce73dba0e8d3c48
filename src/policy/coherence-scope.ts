import { type ASTNode, type EnumValueNode, Kind } from 'graphql'
import { invariant } from '../invariant.ts'
import { argumentOf } from './arguments.ts'
import type { Field, Model } from './governed-model.ts'
import { directivesNamed, type TypeScope } from './scope.ts'

/** What the checks see that look at the whole policy. */
export interface CoherenceScope extends TypeScope {
  readonly models: ReadonlyMap<string, Model>
}

export function fieldsOf({ models }: CoherenceScope): readonly Field[] {
  return [...models.values()].flatMap((model) => [...model.fields.values()])
}

/** Where a field is declared for a purpose: the purpose's name in the `@purpose` of the field, or of its type. */
export function declarationNode({ definitions }: CoherenceScope, field: Field, purpose: string): ASTNode {
  const object = definitions.objects.get(typeOf(field))
  const node = object?.fields.find(({ name }) => name.value === field.name)
  invariant(object !== undefined && node !== undefined, 'a compiled field is defined')
  const own = directivesNamed(node, 'purpose')
  const names = (own.length > 0 ? own : directivesNamed(object, 'purpose')).flatMap((directive) => {
    const value = argumentOf(directive, 'for')
    return value?.kind === Kind.LIST ? value.values : value ? [value] : []
  })
  return (
    names.find((name): name is EnumValueNode => name.kind === Kind.ENUM && name.value === purpose) ?? node
  )
}

export function typeOf({ coordinate }: Field): string {
  return coordinate.slice(0, coordinate.indexOf('.'))
}
