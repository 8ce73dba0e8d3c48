import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  isNonNullType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'
import type { Problem } from '../errors.ts'

/**
 * The first variable that does not fit its type, and where in it: names of the schema and positions only, never a value or
 * a key that the client made up. For variables that `getVariableValues` has refused.
 */
export function variableProblem(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  values: Readonly<Record<string, unknown>> | undefined,
): Problem {
  for (const definition of operation.variableDefinitions ?? []) {
    const problem = misfit(schema, definition, values ?? {})
    if (problem) return problem
  }
  return bad('a variable does not fit its type')
}

function misfit(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  values: Readonly<Record<string, unknown>>,
): Problem | undefined {
  const name = definition.variable.name.value
  const typed = `variable \`$${name}\` of type \`${print(definition.type)}\``
  const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined
  if (!type) return undefined
  if (!Object.hasOwn(values, name))
    return isNonNullType(type) && definition.defaultValue === undefined
      ? bad(`${typed} is missing`)
      : undefined
  if (values[name] === null) return isNonNullType(type) ? bad(`${typed} may not be null`) : undefined
  let where: string | undefined
  try {
    coerceInputValue(values[name], type, (path) => {
      where ??= path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
    })
  } catch {
    // Deeper than the stack, which is far deeper than any limit.
    return { code: 'QUERY_TOO_COMPLEX', message: `the value of ${typed} is nested too deeply` }
  }
  if (where === undefined) return undefined
  const place = where === '' ? '' : ` at \`$${name}${where}\``
  return bad(`the value of ${typed} does not fit${place}`)
}

function bad(message: string): Problem {
  return { code: 'BAD_USER_INPUT', message }
}
