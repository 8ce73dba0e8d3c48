import {
  type DocumentNode,
  type GraphQLSchema,
  getDirectiveValues,
  type OperationDefinitionNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Problem } from '../errors.ts'
import type { OnDenied } from '../identity/principal.ts'
import type { Blocked, Plan } from '../plan/plan.ts'
import { planOperation } from '../plan/plan-operation.ts'
import { type ShapedVariable, shapedVariables, shapeOf, type VariableValues } from '../plan/variable-shape.ts'
import type { Policy } from '../policy/policy.ts'
import { compileStatement } from './compile-statement.ts'
import type { Statement, StatementOptions } from './statement.ts'

/** A plan with the statement of each root field that reads, by response key; or why there is none. */
export type Prepared =
  | { readonly kind: 'ready'; readonly plan: Plan; readonly statements: ReadonlyMap<string, Statement> }
  | { readonly kind: 'refused'; readonly blocked: readonly Blocked[] }
  | { readonly kind: 'invalid'; readonly problem: Problem }

export interface Asked {
  readonly document: DocumentNode
  /** Lowercase hex SHA-256 of the document text. */
  readonly documentHash: string
  readonly operation: OperationDefinitionNode
  readonly variables: VariableValues
  readonly purpose: string
  readonly onDenied: OnDenied
}

export interface PreparedOperations {
  prepare(asked: Asked): { readonly prepared: Prepared; readonly hit: boolean }
}

const PREPARED_OPERATIONS = 2_000
/** Characters of keys and statements: whoever may ask may also ask for two thousand different large operations. */
const PREPARED_CHARACTERS = 32_000_000
/** For what an entry holds besides text. */
const ENTRY_CHARACTERS = 1_000

/**
 * Plans and statements under all that they depend on: document, operation, purpose, what to do on denial, and the shape
 * of the variables, within one policy and its schema (a new policy makes a new cache). Who asks is not part of it:
 * principal, grant and role are checked on every request, before this is asked.
 */
export function createPreparedOperations(
  schema: GraphQLSchema,
  policy: Policy,
  options: StatementOptions,
): PreparedOperations {
  const cache = new LRUCache<string, Prepared>({
    max: PREPARED_OPERATIONS,
    maxSize: PREPARED_CHARACTERS,
    sizeCalculation: charactersOf,
  })
  const shaped = new WeakMap<OperationDefinitionNode, readonly ShapedVariable[]>()

  function variablesOf({ document, operation }: Asked): readonly ShapedVariable[] {
    const known = shaped.get(operation)
    if (known) return known
    const variables = shapedVariables(schema, document, operation)
    shaped.set(operation, variables)
    return variables
  }

  return {
    prepare(asked) {
      const { documentHash, operation, purpose, onDenied, variables } = asked
      const shape = shapeOf(variablesOf(asked), variables)
      if (shape === undefined) return { prepared: TOO_DEEP, hit: false }
      const key = `${documentHash} ${operation.name?.value ?? ''} ${purpose} ${onDenied} ${shape}`
      const known = cache.get(key)
      if (known) return { prepared: known, hit: true }
      const prepared = prepareOperation(schema, policy, options, asked)
      cache.set(key, prepared)
      return { prepared, hit: false }
    },
  }
}

const TOO_DEEP: Prepared = {
  kind: 'invalid',
  problem: { code: 'QUERY_TOO_COMPLEX', message: 'the value of a variable is nested too deeply' },
}

function charactersOf(prepared: Prepared, key: string): number {
  const statements = prepared.kind === 'ready' ? [...prepared.statements.values()] : []
  return statements.reduce((sum, { text }) => sum + text.length, key.length + ENTRY_CHARACTERS)
}

/** Pure: plans one operation and compiles each of its root fields. */
export function prepareOperation(
  schema: GraphQLSchema,
  policy: Policy,
  options: StatementOptions,
  asked: Asked,
): Prepared {
  const result = planOperation({ schema, policy, ...asked })
  if (result.kind !== 'plan') return result
  const statements = new Map<string, Statement>()
  for (const root of result.plan.roots)
    if (root.kind === 'one' || root.kind === 'many' || root.kind === 'aggregate')
      statements.set(root.key, compileStatement(root, policy, result.plan.purpose, options))
  return { kind: 'ready', plan: result.plan, statements }
}

/**
 * The purpose that an operation declares with `@declare`. One that is null (a variable with a default may be) counts as
 * declared, under a name that no purpose has, so that a header beside it conflicts and none stands in for it.
 */
export function declaredPurpose(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: VariableValues,
): string | undefined {
  const directive = schema.getDirective('declare')
  try {
    const values = directive && getDirectiveValues(directive, operation, variables)
    return typeof values?.purpose === 'string' ? values.purpose : undefined
  } catch {
    return 'null'
  }
}
