import {
  GraphQLList,
  type GraphQLNamedInputType,
  type GraphQLNamedOutputType,
  GraphQLNonNull,
  type GraphQLNullableType,
  isInputType,
  isOutputType,
} from 'graphql'
import { invariant } from '../../invariant.ts'
import type { TypeMap } from './schema-on-demand.ts'

/** The types of a served schema by name; none is there before all are. */
export interface NamedTypes {
  output(name: string): GraphQLNamedOutputType
  input(name: string): GraphQLNamedInputType
}

export function namedTypes(types: Readonly<TypeMap>): NamedTypes {
  return {
    output(name) {
      const type = types[name]
      invariant(isOutputType(type), 'the served schema has every type that its fields have')
      return type
    },
    input(name) {
      const type = types[name]
      invariant(isInputType(type), 'the served schema has every type that its arguments have')
      return type
    },
  }
}

/** `[Type!]` */
export function listOf<T extends GraphQLNullableType>(type: T): GraphQLList<GraphQLNonNull<T>> {
  return new GraphQLList(new GraphQLNonNull(type))
}

/** Fields or arguments of which nothing is to be said but their types. */
export function typed<T>(types: Readonly<Record<string, T>>): Record<string, { readonly type: T }> {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]))
}
