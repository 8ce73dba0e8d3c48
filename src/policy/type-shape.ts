import { Kind, type NamedTypeNode, type TypeNode } from 'graphql'

/** A type reference taken apart. */
export interface TypeShape {
  readonly named: NamedTypeNode
  readonly nonNull: boolean
  readonly list: boolean
  /** The elements of the list cannot be null. */
  readonly elementsNonNull: boolean
  /** A list of lists, which no table can store. */
  readonly nested: boolean
}

export function typeShapeOf(type: TypeNode): TypeShape {
  const nonNull = type.kind === Kind.NON_NULL_TYPE
  const inner = nonNull ? type.type : type
  if (inner.kind === Kind.NAMED_TYPE)
    return { named: inner, nonNull, list: false, elementsNonNull: false, nested: false }
  const element = typeShapeOf(inner.type)
  return { named: element.named, nonNull, list: true, elementsNonNull: element.nonNull, nested: element.list }
}
