import { createHash } from 'node:crypto'
import { GraphQLError, getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from 'graphql'
import type { Limits } from '../config.ts'
import { limitRule } from '../enforce/limits.ts'
import type { OnDenied } from '../identity/principal.ts'
import { rowLimits } from '../plan/governed-rows.ts'
import type { Blocked } from '../plan/plan.ts'
import type { Policy } from '../policy/policy.ts'
import { servedSchemaOf } from '../policy/served/served-schema.ts'
import { declaredPurpose, prepareOperation } from '../read/prepared-operations.ts'

export interface Question {
  readonly document: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  /** Undefined: the operation declares it. */
  readonly purpose: string | undefined
  readonly onDenied: OnDenied
}

/** What the gateway would make of an operation. */
export type Explanation =
  | { readonly kind: 'invalid'; readonly messages: readonly string[] }
  | { readonly kind: 'refused'; readonly purpose: string; readonly blocked: readonly Blocked[] }
  | {
      readonly kind: 'served'
      readonly purpose: string
      /** Coordinate → form. */
      readonly fields: Readonly<Record<string, string>>
      readonly blocked: readonly Blocked[]
      /** Model → what the policy says of its rows, for people; models whose rows are all served are left out. */
      readonly rows: Readonly<Record<string, readonly string[]>>
      readonly statements: readonly { readonly root: string; readonly sql: string }[]
    }

/** Pure: the same planner and compiler that serve requests, asked about one operation. The SQL is for every version of PostgreSQL. */
export function explain(policy: Policy, limits: Limits, question: Question): Explanation {
  const schema = servedSchemaOf(policy)
  const parsed = parseDocument(question.document)
  if (parsed instanceof GraphQLError) return { kind: 'invalid', messages: [parsed.message] }
  const errors = validate(schema, parsed, undefined)
  const exceeded = errors.length > 0 ? errors : validate(schema, parsed, [limitRule(limits)])
  if (exceeded.length > 0) return { kind: 'invalid', messages: exceeded.map((error) => error.message) }
  const operation = operationOf(parsed.definitions.filter(isOperation), question.operationName)
  if (!operation)
    return {
      kind: 'invalid',
      messages: ['the document has no operation of that name, or several and none was named'],
    }
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], question.variables)
  if (coerced.errors) return { kind: 'invalid', messages: coerced.errors.map((error) => error.message) }
  const variables = coerced.coerced

  const purpose = question.purpose ?? declaredPurpose(schema, operation, variables)
  if (purpose === undefined)
    return {
      kind: 'invalid',
      messages: [
        'no purpose is declared: give `--purpose`, or write `@declare(purpose: …)` on the operation',
      ],
    }
  if (!policy.purposes.has(purpose))
    return { kind: 'invalid', messages: [`the policy has no purpose \`${purpose}\``] }
  const documentHash = createHash('sha256').update(question.document).digest('hex')
  const { onDenied } = question
  const prepared = prepareOperation(
    schema,
    policy,
    { ...limits, toJson: 'to_json' },
    {
      document: parsed,
      documentHash,
      operation,
      variables,
      purpose,
      onDenied,
    },
  )
  if (prepared.kind === 'invalid') return { kind: 'invalid', messages: [prepared.problem.message] }
  if (prepared.kind === 'refused') return { kind: 'refused', purpose, blocked: prepared.blocked }
  const { fields, blocked } = prepared.plan
  const statements = [...prepared.statements].map(([root, { text }]) => ({ root, sql: text }))
  const models = [
    ...new Set([...prepared.statements.values()].flatMap((statement) => statement.models)),
  ].sort()
  const rows = models.flatMap((model) => {
    const limits = rowLimits(policy, model, purpose)
    return limits.length > 0 ? [[model, limits.map((limit) => limit.words)] as const] : []
  })
  return { kind: 'served', purpose, fields, blocked, rows: Object.fromEntries(rows), statements }
}

function parseDocument(text: string) {
  try {
    return parse(text)
  } catch (error) {
    return error instanceof GraphQLError ? error : new GraphQLError('the document is not GraphQL')
  }
}

function isOperation(node: { readonly kind: string }): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION
}

function operationOf(
  operations: readonly OperationDefinitionNode[],
  name: string | undefined,
): OperationDefinitionNode | undefined {
  if (name !== undefined) return operations.find((operation) => operation.name?.value === name)
  return operations.length === 1 ? operations[0] : undefined
}
