import { createRequire } from 'node:module'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { applyMiddleware } from 'graphql-middleware'
import { invariant } from '../invariant.ts'
import type { GatewayRequest } from './request.ts'

// Its ES modules import a name that `node:util` has lost in Node 23, for rules (`chain`, `race`) that nobody uses here;
// its CommonJS modules look that name up only when such a rule runs.
const { deny, rule, shield } = createRequire(import.meta.url)(
  'graphql-shield',
) as typeof import('graphql-shield')

/**
 * The gate in front of every root field, in rules that do not trust the planner's verdict alone: a purpose was declared
 * and admitted, the principal holds it still, and the plan holds this very field unblocked. Everything else is denied by
 * `fallbackRule`. Only root types are wrapped: what lies below is not resolved but read by one statement, in which a
 * column that is not in the plan does not exist.
 */
export function shieldRoots(schema: GraphQLSchema): GraphQLSchema {
  const root = schema.getQueryType()
  invariant(root, 'the served schema has a query type')
  const rules = Object.fromEntries(Object.keys(root.getFields()).map((name) => [name, guarded]))
  const generated = shield(
    { Query: rules },
    { fallbackRule: deny, allowExternalErrors: true, fallbackError: refusal() },
  )
  const middleware = generated.generate(schema) as { readonly Query: Readonly<Record<string, never>> }
  return applyMiddleware(schema, { Query: middleware.Query })
}

interface Place {
  readonly path: { readonly key: string | number }
  readonly fieldName: string
}

/** One rule and not three joined by `and`, which makes promises for each of them on every request. */
const guarded = rule('guarded', { cache: 'no_cache' })(
  (_parent, _args, request: GatewayRequest, info: Place) =>
    declaresPurpose(request) && holdsPurpose(request) && isPlannedUnblocked(request, info),
)

function declaresPurpose({ purpose, purposeName }: GatewayRequest): boolean {
  return purpose !== undefined && purpose.name === purposeName
}

function holdsPurpose({ purpose, principal, breakGlass }: GatewayRequest): boolean {
  if (!purpose || purpose.suspended) return false
  const glassBroken = purpose.breakGlass !== undefined && breakGlass?.purpose === purpose.name
  return (
    principal.purposes.includes(purpose.name) &&
    (glassBroken || purpose.roles.some((role) => principal.roles.includes(role)))
  )
}

function isPlannedUnblocked({ plan, purpose }: GatewayRequest, { path, fieldName }: Place): boolean {
  return (
    plan !== undefined &&
    plan.purpose === purpose?.name &&
    plan.roots.some(
      (root) =>
        (root.kind === 'one' || root.kind === 'many' || root.kind === 'aggregate') &&
        root.key === path.key &&
        root.field === fieldName,
    )
  )
}

function refusal(): GraphQLError {
  return new GraphQLError('the field may not be read', { extensions: { code: 'FIELD_NOT_PERMITTED' } })
}
