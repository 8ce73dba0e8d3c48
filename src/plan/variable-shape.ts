import {
  type DocumentNode,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from 'graphql'

/** One variable of an operation whose value can change what is read, not only which rows. */
export interface ShapedVariable {
  readonly name: string
  readonly type: GraphQLInputType
  /** Somewhere it is a page size. */
  readonly isPageSize: boolean
}

export type VariableValues = Readonly<Record<string, unknown>>

/** `InvoiceGroupBy`; no type of a policy can have such a name. */
const GROUP_BY = /GroupBy$/

/** The variables of an operation with their types; undefined types are validation's business and left out. */
export function shapedVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly ShapedVariable[] {
  const variables = (operation.variableDefinitions ?? []).flatMap((definition) => {
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined
    return type ? [{ name: definition.variable.name.value, type }] : []
  })
  const counts = variables.some(({ type }) => getNullableType(type) === GraphQLInt)
  const pageSizes = counts ? pageSizesIn(document) : NONE
  return variables.map((variable) => ({ ...variable, isPageSize: pageSizes.has(variable.name) }))
}

const NONE: ReadonlySet<string> = new Set()

/** Names of variables that stand for an argument `first` anywhere in a document. */
function pageSizesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(document, {
    Argument({ name, value }) {
      if (name.value === 'first' && value.kind === Kind.VARIABLE) names.add(value.name.value)
      return false
    },
  })
  return names
}

/**
 * What of the variables decides the plan: which are given, which are null, the keys of input objects, the value of each
 * boolean (`@include`), enum and page size, which turn into SQL. Two requests of one document with equal shapes read the same
 * fields by the same statement. Undefined: a value is nested deeper than any plan can be.
 */
export function shapeOf(variables: readonly ShapedVariable[], values: VariableValues): string | undefined {
  let shape = ''
  for (const variable of variables) {
    const value = variableShape(variable, values)
    if (value === undefined) return undefined
    shape += `${variable.name}:${value};`
  }
  return shape
}

function variableShape(
  { name, type, isPageSize }: ShapedVariable,
  values: VariableValues,
): string | undefined {
  if (!Object.hasOwn(values, name)) return '-'
  return isPageSize ? String(values[name]) : valueShape(type, values[name], 0)
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
    if (isEnumType(item) && GROUP_BY.test(item.name)) return `[${(value as readonly unknown[]).join()}]`
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
  if (isEnumType(type)) return String(value)
  return 'v'
}
