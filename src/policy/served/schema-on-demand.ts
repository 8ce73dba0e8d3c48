import { type GraphQLDirective, type GraphQLNamedType, type GraphQLObjectType, GraphQLSchema } from 'graphql'

export type TypeMap = Record<string, GraphQLNamedType>

export interface SchemaParts {
  readonly query: GraphQLObjectType
  /** All types by name, `query` left out. */
  readonly types: TypeMap
  readonly directives: readonly GraphQLDirective[]
}

/**
 * A schema whose types make their fields when somebody asks for them. graphql-js' own asks every type as soon as it is made,
 * and again to see that it is valid: with a policy of a thousand types that is a second and a half and half of all memory,
 * where a document needs ten types. So whoever makes the parts sees to it that they are a valid schema without interfaces and
 * unions, and that `types` leaves none out.
 */
export class SchemaOnDemand extends GraphQLSchema {
  readonly #parts: SchemaParts
  readonly #types: TypeMap

  constructor(parts: SchemaParts) {
    super({ directives: parts.directives, assumeValid: true })
    this.#parts = parts
    this.#types = Object.assign(Object.create(null) as TypeMap, parts.types, {
      [parts.query.name]: parts.query,
    })
  }

  /** The same types under another root. */
  withQuery(query: GraphQLObjectType): SchemaOnDemand {
    return new SchemaOnDemand({ ...this.#parts, query })
  }

  override getQueryType(): GraphQLObjectType {
    return this.#parts.query
  }

  override getTypeMap(): TypeMap {
    return this.#types
  }
}
