import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'

/** One variable of an operation whose value can change what is read, not only which rows. */
export interface ShapedVariable {
  readonly name: string
  readonly type: GraphQLInputType
}

export type VariableValues = Readonly<Record<string, unknown>>

/** Enums whose values become SQL, not parameters. */
const STRUCTURAL_ENUMS = new Set(['OrderDirection', 'TextMode', 'Purpose'])

/** The variables of an operation with their types; undefined types are validation's business and left out. */
export function shapedVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): readonly ShapedVariable[] {
  return (operation.variableDefinitions ?? []).flatMap((definition) => {
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined
    return type ? [{ name: definition.variable.name.value, type }] : []
  })
}

/**
 * What of the variables decides the plan: which are given, which are null, the keys of input objects, the value of each
 * boolean (`@include`) and of each enum that turns into SQL. Two requests of one document with equal shapes read the same
 * fields by the same statement.
 */
export function shapeOf(variables: readonly ShapedVariable[], values: VariableValues): string {
  let shape = ''
  for (const { name, type } of variables)
    shape += `${name}:${Object.hasOwn(values, name) ? valueShape(type, values[name]) : '-'};`
  return shape
}

function valueShape(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return valueShape(type.ofType, value)
  if (value === null || value === undefined) return 'null'
  if (isListType(type)) {
    // A list of leaves is one array parameter; a list of objects is structure.
    const item: GraphQLInputType = isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType
    if (!isInputObjectType(item)) return '[]'
    return `[${(value as readonly unknown[]).map((element) => valueShape(item, element)).join()}]`
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields()
    const object = value as Readonly<Record<string, unknown>>
    const parts = Object.keys(object)
      .sort()
      .map((key) => {
        const field = fields[key]
        return field ? `${key}:${valueShape(field.type, object[key])}` : ''
      })
    return `{${parts.join()}}`
  }
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (isEnumType(type) && STRUCTURAL_ENUMS.has(type.name)) return String(value)
  return 'v'
}
