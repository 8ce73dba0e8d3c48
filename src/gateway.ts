import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface'
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode, printSchema } from 'graphql'
import type { AccessLog } from './audit/access.ts'
import { createAnswerer } from './enforce/answerer.ts'
import { fail, refuse, refuseBlocked } from './enforce/exits.ts'
import { formatError } from './enforce/format-error.ts'
import { limitRule } from './enforce/limits.ts'
import { recordPlugin } from './enforce/record-plugin.ts'
import type { GatewayContext } from './enforce/request.ts'
import { shieldRoots } from './enforce/shield.ts'
import { variableProblem } from './enforce/variable-problem.ts'
import { graphqlErrorOf, type Problem } from './errors.ts'
import { combinePurpose } from './identity/combine-purpose.ts'
import { admit } from './plan/admit.ts'
import { admitRows } from './plan/admit-rows.ts'
import { checkPageSizes } from './plan/page-sizes.ts'
import { readsData } from './plan/reads-data.ts'
import { servedSchemaOf } from './policy/served-schema.ts'
import { createPreparedOperations, declaredPurpose } from './read/prepared-operations.ts'
import { type PseudonymPeriod, pseudonymPeriodAt } from './read/pseudonym-period.ts'
import { createRootResolver, type ReadParts } from './read-roots.ts'

export interface GatewayParts extends ReadParts {
  readonly log: AccessLog
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly pseudonymPeriod: PseudonymPeriod
}

/**
 * Every phase of a request, in order. Apollo parses and validates, under our limits; then, in the executor: the purpose
 * is settled, the principal admitted, the operation planned, each root field read behind its shield; then, in the record
 * plugin, the access is put on record, and only then the answer leaves.
 */
export function createGateway(parts: GatewayParts): ApolloServer<GatewayContext> {
  const { policy, limits, log, tracer, now } = parts
  const schema = shieldRoots(servedSchemaOf(policy, createRootResolver(parts)))
  return new ApolloServer<GatewayContext>({
    gateway: asApolloGateway(schema, createExecutor(parts, schema)),
    formatError,
    validationRules: [limitRule(limits)],
    parseOptions: { maxTokens: limits.tokens },
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: SILENT,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Apollo would turn these on by itself: a page that loads scripts from its maker, and reports to it.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      recordPlugin({ log, policyHash: policy.hash, tracer, now }),
    ],
  })
}

/** Apollo's log lines can quote what a client sent; what matters is in the record and the metrics. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

function createExecutor(parts: GatewayParts, schema: GraphQLSchema): GatewayExecutor {
  const { policy, limits, log, tracer, instruments, now } = parts
  const operations = createPreparedOperations(schema, policy)
  const answer = createAnswerer(schema, servedSchemaOf(policy))

  return async (context) => {
    const { request } = context.context as GatewayContext
    const operation = context.operation as OperationDefinitionNode | undefined
    if (!operation) return fail(request, [graphqlErrorOf(OPERATION_UNKNOWN)])

    const coerced = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      context.request.variables ?? {},
    )
    if (coerced.errors)
      return fail(request, [graphqlErrorOf(variableProblem(schema, operation, context.request.variables))])
    request.variables = coerced.coerced

    if (!readsData(context.document, operation)) return answer.introspection(context, request)
    if (!log.accepts()) return fail(request, [graphqlErrorOf(OVERLOADED)])

    const combined = combinePurpose(
      request.declaration.purpose,
      declaredPurpose(schema, operation, request.variables),
    )
    if (combined.kind === 'problem') return refuse(request, combined.problem)
    request.purposeName = combined.purpose
    const admission = admit(policy, request.principal, combined.purpose)
    if (admission.kind === 'refused') return refuse(request, admission.problem)
    const { purpose } = admission
    const rows = admitRows(policy, request.principal, purpose, now())
    if (rows.kind === 'refused') return refuse(request, rows.problem)
    request.purpose = purpose
    request.facts = rows.facts

    const span = tracer.startSpan('plan', {}, request.traceContext)
    const began = performance.now()
    const { prepared, hit } = operations.prepare({
      document: context.document,
      documentHash: context.queryHash,
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
    const tooMuch = checkPageSizes(prepared.plan.roots, request.variables, limits)
    if (tooMuch) return fail(request, [graphqlErrorOf(tooMuch)])
    request.plan = prepared.plan
    request.statements = prepared.statements
    request.pseudonymPeriod = pseudonymPeriodAt(parts.pseudonymPeriod, parts.now())
    return answer.data(context, request, prepared.plan)
  }
}

const OPERATION_UNKNOWN: Problem = {
  code: 'OPERATION_RESOLUTION_FAILURE',
  message: 'the document has no operation of that name, or several and none was named',
}
const OVERLOADED: Problem = {
  code: 'AUDIT_UNAVAILABLE',
  message: 'the access log takes no more at the moment, so nothing was read; try again later',
}

/** Apollo's interface for executors of one's own. */
function asApolloGateway(schema: GraphQLSchema, executor: GatewayExecutor): GatewayInterface {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: printSchema(schema) })
      return () => undefined
    },
    load: async () => ({ executor }),
    stop: async () => undefined,
  }
}
