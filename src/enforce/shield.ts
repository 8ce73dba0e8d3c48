import { createRequire } from 'node:module'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { applyMiddleware } from 'graphql-middleware'
import { invariant } from '../invariant.ts'
import type { GatewayRequest } from './request.ts'

// Its ES modules import a name that `node:util` has lost in Node 23, for rules (`chain`, `race`) that nobody uses here;
// its CommonJS modules look that name up only when such a rule runs.
const { and, deny, rule, shield } = createRequire(import.meta.url)(
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
  const guarded = and(declaredPurpose, holdsPurpose, plannedUnblocked)
  const rules = Object.fromEntries(Object.keys(root.getFields()).map((name) => [name, guarded]))
  const generated = shield(
    { Query: rules },
    { fallbackRule: deny, allowExternalErrors: true, fallbackError: refusal() },
  )
  const middleware = generated.generate(schema) as { readonly Query: Readonly<Record<string, never>> }
  return applyMiddleware(schema, { Query: middleware.Query })
}

const declaredPurpose = rule('declared-purpose', { cache: 'no_cache' })(
  (_parent, _args, request: GatewayRequest) =>
    request.purpose !== undefined && request.purpose.name === request.purposeName,
)

const holdsPurpose = rule('holds-purpose', { cache: 'no_cache' })(
  (_parent, _args, { purpose, principal, breakGlass }: GatewayRequest) => {
    if (!purpose || purpose.suspended) return false
    const glassBroken = purpose.breakGlass !== undefined && breakGlass?.purpose === purpose.name
    return (
      principal.purposes.includes(purpose.name) &&
      (glassBroken || purpose.roles.some((role) => principal.roles.includes(role)))
    )
  },
)

const plannedUnblocked = rule('planned', { cache: 'no_cache' })(
  (
    _parent,
    _args,
    { plan, purpose }: GatewayRequest,
    info: { readonly path: { readonly key: string | number }; readonly fieldName: string },
  ) =>
    plan !== undefined &&
    plan.purpose === purpose?.name &&
    plan.roots.some(
      (root) =>
        (root.kind === 'one' || root.kind === 'many' || root.kind === 'aggregate') &&
        root.key === info.path.key &&
        root.field === info.fieldName,
    ),
)

function refusal(): GraphQLError {
  return new GraphQLError('the field may not be read', { extensions: { code: 'FIELD_NOT_PERMITTED' } })
}
