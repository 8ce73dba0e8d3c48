import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { graphqlErrorOf } from '../errors.ts'
import { invariant } from '../invariant.ts'
import { blockedProblem } from '../plan/blocked-problem.ts'
import type { Plan, PlannedRoot } from '../plan/plan.ts'
import type { JsonText } from '../read/read-root.ts'
import { AnswerText } from './answer.ts'
import { blockedCodes, type ErrorResult, fail } from './exits.ts'
import type { GatewayRequest } from './request.ts'

interface Asked {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** As they came. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** What an operation came to; with `status`, it failed as a whole. */
export type Result = ErrorResult | ExecutionResult

export interface Answerer {
  /** Answers what asks about the schema only; no data is read, so nothing goes on record. */
  introspection(asked: Asked, request: GatewayRequest): Promise<Result>
  data(asked: Asked, request: GatewayRequest, plan: Plan): Promise<Result>
}

/**
 * @param schema with a shielded resolver on each root field.
 * @param bare the same schema without any resolver: graphql-js answers introspection on it and can read nothing.
 */
export function createAnswerer(schema: GraphQLSchema, bare: GraphQLSchema): Answerer {
  async function introspect({ document, operation, variables }: Asked) {
    return await execute({
      schema: bare,
      document,
      operationName: operation.name?.value ?? null,
      variableValues: variables,
    })
  }

  async function readRootField(
    root: PlannedRoot,
    introspected: () => Promise<ExecutionResult>,
    request: GatewayRequest,
  ): Promise<JsonText> {
    switch (root.kind) {
      case 'typename':
        return '"Query"'
      case 'blocked':
        return 'null'
      case 'introspection': {
        const { data } = await introspected()
        return JSON.stringify(data?.[root.key] ?? null)
      }
      case 'one':
      case 'many':
      case 'aggregate':
        return await resolveThroughShield(schema, root, request)
    }
  }

  return {
    async introspection(asked, request) {
      request.reads = false
      request.outcome = 'granted'
      return await introspect(asked)
    },
    async data(asked, request, plan) {
      // One run answers every introspection field of the operation, however many there are.
      let running: Promise<ExecutionResult> | undefined
      const introspected = () => {
        running ??= introspect(asked)
        return running
      }
      const settled = await Promise.allSettled(
        plan.roots.map((root) => readRootField(root, introspected, request)),
      )
      const failures = settled.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      )
      // All or nothing: a part of an answer is not what was asked for, and could be taken for the whole.
      if (failures.length > 0) return fail(request, failures)
      const members = settled.flatMap((result, i) => [
        `${i === 0 ? '' : ','}"${plan.roots[i]?.key}":`,
        result.status === 'fulfilled' ? result.value : 'null',
      ])
      request.blocked = blockedCodes(plan.blocked)
      request.outcome = plan.blocked.length > 0 ? 'pruned' : 'granted'
      const errors = plan.blocked.map((blocked) => graphqlErrorOf(blockedProblem(blocked, plan.purpose)))
      const data = new AnswerText(['{', ...members, '}']) as unknown as Record<string, unknown>
      return errors.length > 0 ? { errors, data } : { data }
    },
  }
}

async function resolveThroughShield(
  schema: GraphQLSchema,
  root: Extract<PlannedRoot, { kind: 'one' | 'many' | 'aggregate' }>,
  request: GatewayRequest,
): Promise<JsonText> {
  const parentType = schema.getQueryType()
  const resolve = parentType?.getFields()[root.field]?.resolve
  invariant(parentType && resolve, 'every root field has a resolver')
  // The shield and the resolver look at where they are, and at nothing else of graphql-js' info.
  const path = { prev: undefined, key: root.key, typename: parentType.name }
  const info = { fieldName: root.field, path, parentType, schema } as unknown as GraphQLResolveInfo
  const text: unknown = await resolve(undefined, {}, request, info)
  if (text instanceof Error) throw text
  invariant(typeof text === 'string' || Buffer.isBuffer(text), 'a root field resolves to text')
  return text
}
