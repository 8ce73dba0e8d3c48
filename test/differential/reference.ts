import {
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import type { Question } from './question.ts'

/** Where graphql-js stops, which is where the gateway is to stop. */
export type Stage = 'parse' | 'validate' | 'operation' | 'variables'

export type Expected =
  | { readonly kind: 'refused'; readonly stage: Stage; readonly errors: readonly GraphQLError[] }
  /** `data` as JSON text; errors are of fields, and of conditions of `@include` and `@skip` that are null. */
  | { readonly kind: 'executed'; readonly data: string; readonly errors: readonly GraphQLError[] }

/** What graphql-js alone makes of a request, phase by phase as the spec has them (section 6.1). */
export async function referenceAnswer(
  schema: GraphQLSchema,
  fieldResolver: GraphQLFieldResolver<unknown, unknown>,
  { document: text, operationName, variables }: Question,
): Promise<Expected> {
  const refused = (stage: Stage, errors: readonly GraphQLError[]): Expected => ({
    kind: 'refused',
    stage,
    errors,
  })
  let document: DocumentNode
  try {
    document = parse(text)
  } catch (error) {
    return refused('parse', [error as GraphQLError])
  }
  const invalid = validate(schema, document)
  if (invalid.length > 0) return refused('validate', invalid)
  const operation = getOperationAST(document, operationName)
  const result = await execute({ schema, document, operationName, variableValues: variables, fieldResolver })
  const { errors = [] } = result
  if (!operation || operation.operation !== OperationTypeNode.QUERY) return refused('operation', errors)
  if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors)
    return refused('variables', errors)
  return { kind: 'executed', data: JSON.stringify(result.data), errors }
}
