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
/** `InvoiceGroupBy`; no type of a policy can have such a name. */
const GROUP_BY = /GroupBy$/

function isStructural(type: GraphQLInputType): boolean {
  return isEnumType(type) && (STRUCTURAL_ENUMS.has(type.name) || GROUP_BY.test(type.name))
}

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
 * fields by the same statement. Undefined: a value is nested deeper than any plan can be.
 */
export function shapeOf(variables: readonly ShapedVariable[], values: VariableValues): string | undefined {
  let shape = ''
  for (const { name, type } of variables) {
    const value = Object.hasOwn(values, name) ? valueShape(type, values[name], 0) : '-'
    if (value === undefined) return undefined
    shape += `${name}:${value};`
  }
  return shape
}

/** Objects in objects; far more than the levels of conditions that a plan may have, and far less than the stack holds. */
const MAX_DEPTH = 100

function valueShape(type: GraphQLInputType, value: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined
  if (isNonNullType(type)) return valueShape(type.ofType, value, depth)
  if (value === null || value === undefined) return 'null'
  if (isListType(type)) {
    // A list of leaves is one array parameter; a list of objects is structure, and so is one of what to group by.
    const item: GraphQLInputType = isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType
    if (isStructural(item)) return `[${(value as readonly unknown[]).join()}]`
    if (!isInputObjectType(item)) return '[]'
    const items = (value as readonly unknown[]).map((element) => valueShape(item, element, depth + 1))
    return items.includes(undefined) ? undefined : `[${items.join()}]`
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields()
    const object = value as Readonly<Record<string, unknown>>
    const parts = Object.keys(object)
      .sort()
      .map((key) => {
        const field = fields[key]
        const shape = field && valueShape(field.type, object[key], depth + 1)
        return shape === undefined ? undefined : `${key}:${shape}`
      })
    return parts.includes(undefined) ? undefined : `{${parts.join()}}`
  }
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (isStructural(type)) return String(value)
  return 'v'
}
