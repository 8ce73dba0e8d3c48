import {
  type ConstValueNode,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLScalarType,
  GraphQLString,
  Kind,
  print,
} from 'graphql'
import { didYouMean } from './did-you-mean.ts'
import type { ScalarField } from './governed-model.ts'
import type { RowValue } from './row-condition.ts'
import type { RowSite } from './row-site.ts'
import { SCALARS } from './scalars.ts'

const BUILT_IN: Readonly<Record<string, GraphQLScalarType>> = {
  ID: GraphQLID,
  String: GraphQLString,
  Int: GraphQLInt,
  Float: GraphQLFloat,
  Boolean: GraphQLBoolean,
}

/** A literal as a value of the field's type; none where (reported) it does not fit. */
export function rowLeafOf(node: ConstValueNode, field: ScalarField, site: RowSite): readonly RowValue[] {
  const value = field.type === 'Enum' ? enumValue(node, field, site) : scalarValue(node, field)
  if (value !== undefined) return [{ kind: 'constant', value }]
  const type = field.enumName ?? field.type
  if (field.type !== 'Enum' || node.kind !== Kind.ENUM)
    site.scope.reporter.report(
      'PG706',
      node,
      `\`${print(node)}\` is no value of \`${field.coordinate}\`, which is \`${type}\``,
      node.kind === Kind.OBJECT ? 'a claim of the token is `{ claim: "name" }`' : undefined,
    )
  return []
}

function enumValue(node: ConstValueNode, field: ScalarField, { scope }: RowSite): string | undefined {
  if (node.kind !== Kind.ENUM) return undefined
  const known =
    scope.definitions.enums.get(field.enumName ?? '')?.values.map((value) => value.name.value) ?? []
  if (known.includes(node.value)) return node.value
  scope.reporter.report(
    'PG706',
    node,
    `\`${field.enumName}\` has no value \`${node.value}\``,
    didYouMean(node.value, known),
  )
  return undefined
}

/** What graphql-js makes of the literal, as JSON. */
function scalarValue(node: ConstValueNode, field: ScalarField): string | number | boolean | undefined {
  try {
    const value: unknown = (BUILT_IN[field.type] ?? SCALARS[field.type])?.parseLiteral(node)
    if (value instanceof Date)
      return field.type === 'Date' ? value.toISOString().slice(0, 10) : value.toISOString()
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : undefined
  } catch {
    return undefined
  }
}
