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

  constructor(parts: SchemaParts, types = allTypes(parts)) {
    super({ directives: parts.directives, assumeValid: true })
    this.#parts = parts
    this.#types = types
  }

  /** The same types under another root. */
  withQuery(query: GraphQLObjectType): SchemaOnDemand {
    return new SchemaOnDemand({ ...this.#parts, query })
  }

  /**
   * To validate documents by. Its map of types knows every name and lists none: graphql-js lists all of them for each document, to
   * suggest one for a name that is not there, which no client is told.
   */
  unlisted(): SchemaOnDemand {
    return new SchemaOnDemand(this.#parts, Object.create(this.#types) as TypeMap)
  }

  override getQueryType(): GraphQLObjectType {
    return this.#parts.query
  }

  override getTypeMap(): TypeMap {
    return this.#types
  }
}

function allTypes({ query, types }: SchemaParts): TypeMap {
  return Object.assign(Object.create(null) as TypeMap, types, { [query.name]: query })
}
