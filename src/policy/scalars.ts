import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { GraphQLDate, GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'

const DECIMAL = /^-?(?:0|[1-9]\d{0,130})(?:\.\d{1,130})?$/
const INTEGER = /^-?(?:0|[1-9]\d{0,18})$/

/** Exact numbers travel as strings in both directions, so that no client or server ever holds money as a float. */
function exactNumber(name: string, pattern: RegExp, description: string): GraphQLScalarType<string, string> {
  const parse = (value: unknown, node?: ValueNode): string => {
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
    if (typeof text === 'string' && pattern.test(text)) return text
    throw new GraphQLError(
      `${name} must be a string such as "12"${name === 'Decimal' ? ' or "12.50"' : ''}`,
      node && { nodes: node },
    )
  }
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => String(value),
    parseValue: (value) => parse(value),
    parseLiteral: (node) => {
      if (node.kind === Kind.STRING || node.kind === Kind.INT) return parse(node.value, node)
      if (node.kind === Kind.FLOAT && name === 'Decimal') return parse(node.value, node)
      return parse(undefined, node)
    },
  })
}

/** Implementations of the scalars that `directives/scalars.graphql` declares. */
export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  Decimal: exactNumber('Decimal', DECIMAL, 'An exact decimal number, as a string: "1234.50".'),
  BigInt: exactNumber('BigInt', INTEGER, 'A whole number of up to 64 bits, as a string: "9007199254740993".'),
  Date: GraphQLDate as GraphQLScalarType,
  DateTime: new GraphQLScalarType({ ...GraphQLDateTimeISO.toConfig(), name: 'DateTime' }),
  JSON: GraphQLJSON,
}
