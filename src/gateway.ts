import { getOperationAST, getVariableValues, type OperationDefinitionNode } from 'graphql'
import type { AccessLog } from './audit/access.ts'
import { type BreakGlassParts, breakTheGlass } from './break-the-glass.ts'
import type { AggregateBudget } from './budget/aggregate-budget.ts'
import { answerOf, bodyOf } from './enforce/answer.ts'
import { createAnswerer, type Result } from './enforce/answerer.ts'
import { fail, refuse, refuseBlocked } from './enforce/exits.ts'
import { formatProblem } from './enforce/format-error.ts'
import { httpAnswerOf } from './enforce/http-answer.ts'
import type { Gateway, OperationRequest } from './enforce/operation-request.ts'
import { recordAnswer } from './enforce/record-answer.ts'
import type { GatewayRequest } from './enforce/request.ts'
import { shieldRoots } from './enforce/shield.ts'
import { spendBudget } from './enforce/spend-budget.ts'
import { openValidatedDocuments, type ValidDocument } from './enforce/validated-documents.ts'
import { variableProblem } from './enforce/variable-problem.ts'
import { FAULT, graphqlErrorOf, type Problem, statusOf } from './errors.ts'
import { combinePurpose } from './identity/combine-purpose.ts'
import type { JustificationForm } from './identity/justification-form.ts'
import { admit } from './plan/admit.ts'
import { admitRows } from './plan/admit-rows.ts'
import { checkPageSizes } from './plan/page-sizes.ts'
import { readsData } from './plan/reads-data.ts'
import type { SchemaOnDemand } from './policy/served/schema-on-demand.ts'
import { servedSchemaOf } from './policy/served/served-schema.ts'
import { createPreparedOperations, declaredPurpose } from './read/prepared-operations.ts'
import { type PseudonymPeriod, pseudonymPeriodAt } from './read/pseudonym-period.ts'
import type { ToJson } from './read/statement.ts'
import { createRootResolver, type ReadParts } from './read-roots.ts'

export interface GatewayParts extends ReadParts, BreakGlassParts {
  readonly log: AccessLog
  readonly budget: AggregateBudget
  /** `YYYY-MM-DD`, UTC. */
  readonly today: () => string
  readonly isJustification: JustificationForm
  /** Milliseconds since the epoch, by which reviews grow old. */
  readonly reviewClock: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly pseudonymPeriod: PseudonymPeriod
  readonly toJson: ToJson
}

/**
 * Every phase of a request, in order. Apollo parses and validates the document, under our limits; the purpose is settled,
 * the principal admitted, the operation planned, each root field read behind its shield; then the access is put on record,
 * and only then the answer leaves.
 */
export async function createGateway(parts: GatewayParts): Promise<Gateway> {
  const { policy, limits, log, tracer, now } = parts
  const bare = servedSchemaOf(policy)
  const documents = await openValidatedDocuments(bare.unlisted(), limits)
  const execute = createExecutor(parts, bare)
  const recording = { log, policyHash: policy.hash, tracer, now }

  return {
    async answer({ query, operationName, variables }, request) {
      try {
        const found = documents.known(query) ?? (await documents.validate(query))
        if (found.kind === 'invalid')
          return await recordAnswer(recording, request, { name: undefined, hash: found.hash }, found)
        const { document, hash } = found
        const operation = getOperationAST(document, operationName) ?? undefined
        const result = await execute({ document, hash, operation, variables }, request).catch(
          // A fault of ours is put on record like everything else.
          (error: unknown) => fail(request, [error]),
        )
        const name = operation?.name?.value
        return await recordAnswer(recording, request, { name, hash }, answerOf(result))
      } catch {
        return FAILED
      }
    },
  }
}

/** A document as Apollo found it valid, and what the client asks of it. */
interface Asked extends Pick<ValidDocument, 'document' | 'hash'> {
  /** Undefined: the document has none of the name that was asked for. */
  readonly operation: OperationDefinitionNode | undefined
  /** As they came. */
  readonly variables: OperationRequest['variables']
}

function createExecutor(
  parts: GatewayParts,
  bare: SchemaOnDemand,
): (asked: Asked, request: GatewayRequest) => Promise<Result> {
  const { policy, limits, log, tracer, instruments, budget, today, now } = parts
  const schema = shieldRoots(bare, createRootResolver(parts))
  const operations = createPreparedOperations(schema, policy, { ...limits, toJson: parts.toJson })
  const answer = createAnswerer(schema, bare)

  return async ({ document, hash, operation, variables }, request) => {
    if (!operation) return fail(request, [graphqlErrorOf(OPERATION_UNKNOWN)])
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
    if (coerced.errors) return fail(request, [graphqlErrorOf(variableProblem(schema, operation, variables))])
    request.variables = coerced.coerced

    const asked = { document, operation, variables }
    if (!readsData(document, operation)) return answer.introspection(asked, request)
    if (!log.accepts()) return fail(request, [graphqlErrorOf(OVERLOADED)])

    const combined = combinePurpose(
      request.declaration.purpose,
      declaredPurpose(schema, operation, request.variables),
    )
    if (combined.kind === 'problem') return refuse(request, combined.problem)
    request.purposeName = combined.purpose
    const admission = admit(
      policy,
      {
        principal: request.principal,
        purposeName: combined.purpose,
        justification: request.declaration.justification,
      },
      { now: parts.reviewClock(), isJustification: parts.isJustification },
    )
    if (admission.kind === 'refused') return refuse(request, admission.problem)
    const { purpose } = admission
    const rows = admitRows(policy, request.principal, purpose, now())
    if (rows.kind === 'refused') return refuse(request, rows.problem)
    request.purpose = purpose
    request.facts = rows.facts

    const span = tracer.startSpan('plan', {}, request.traceContext)
    const began = performance.now()
    const { prepared, hit } = operations.prepare({
      document,
      documentHash: hash,
      operation,
      variables: request.variables,
      purpose: purpose.name,
      onDenied: request.declaration.onDenied,
    })
    instruments.planCache(hit)
    if (!hit) instruments.plan(performance.now() - began)
    span.setAttribute('purpose_gateway.plan.cached', hit).end()

    if (prepared.kind === 'invalid') return fail(request, [graphqlErrorOf(prepared.problem)])
    if (prepared.kind === 'refused') return refuseBlocked(request, prepared.blocked, purpose.name)
    const tooMuch = checkPageSizes(prepared.plan.roots, limits)
    if (tooMuch) return fail(request, [graphqlErrorOf(tooMuch)])
    request.day = today()
    const overspent = await spendBudget(budget, request, purpose, prepared.plan)
    if (overspent?.code === 'BUDGET_EXHAUSTED') return refuse(request, overspent)
    if (overspent) return fail(request, [graphqlErrorOf(overspent)])
    // Last, so that only what would otherwise be read counts as a use.
    if (admission.kind === 'breakGlass') {
      const shut = await breakTheGlass(parts, request, admission, policy.hash)
      if (shut?.code === 'AUDIT_UNAVAILABLE') return fail(request, [graphqlErrorOf(shut)])
      if (shut) return refuse(request, shut)
    }
    request.plan = prepared.plan
    request.statements = prepared.statements
    request.pseudonymPeriod = pseudonymPeriodAt(parts.pseudonymPeriod, parts.now())
    const read = log.expect()
    try {
      return await answer.data(asked, request, prepared.plan)
    } finally {
      read()
    }
  }
}

const FAILED = httpAnswerOf(statusOf(FAULT.code), bodyOf({ errors: [formatProblem(FAULT)] }))
const OPERATION_UNKNOWN: Problem = {
  code: 'OPERATION_RESOLUTION_FAILURE',
  message: 'the document has no operation of that name, or several and none was named',
}
const OVERLOADED: Problem = {
  code: 'AUDIT_UNAVAILABLE',
  message: 'the access log takes no more at the moment, so nothing was read; try again later',
}
