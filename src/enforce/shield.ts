import {
  GraphQLError,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'
import { applyMiddleware } from 'graphql-middleware'
import { invariant } from '../invariant.ts'
import type { SchemaOnDemand } from '../policy/served/schema-on-demand.ts'
import { deny, rule, shield } from './graphql-shield.cjs'
import type { GatewayRequest } from './request.ts'

/**
 * The gate in front of every root field, in rules that do not trust the planner's verdict alone: a purpose was declared
 * and admitted, the principal holds it still, and the plan holds this very field unblocked. Everything else is denied by
 * `fallbackRule`. Only root fields are wrapped: what lies below is not resolved but read by one statement, in which a
 * column that is not in the plan does not exist.
 *
 * @param schema stays as it is; the one that is returned shares all its types but the root
 * @param read what is behind the gate, the same for each root field
 */
export function shieldRoots(schema: SchemaOnDemand, read: RootResolver): SchemaOnDemand {
  const root = schema.getQueryType()
  const resolve = shielded(read)
  const fields = () =>
    Object.fromEntries(
      Object.entries(root.toConfig().fields).map(([name, field]) => [name, { ...field, resolve }]),
    )
  return schema.withQuery(new GraphQLObjectType({ name: root.name, fields }))
}

type RootResolver = GraphQLFieldResolver<unknown, GatewayRequest>

/**
 * One rule holds for every root field, and it looks at which one is asked for by itself. So it is put before the one
 * resolver that they share: graphql-shield takes a minute for a schema of three thousand root fields.
 */
function shielded(resolve: RootResolver): RootResolver {
  const one = new GraphQLObjectType<unknown, GatewayRequest>({
    name: 'Query',
    fields: { root: { type: GraphQLString, resolve } },
  })
  const generated = shield(
    { Query: { root: guarded } },
    { fallbackRule: deny, allowExternalErrors: true, fallbackError: refusal() },
  )
  const schema = new GraphQLSchema({ query: one })
  const middleware = generated.generate(schema) as { readonly Query: Readonly<Record<string, never>> }
  const gate = applyMiddleware(schema, { Query: middleware.Query }).getQueryType()?.getFields().root?.resolve
  invariant(gate && gate !== resolve, 'graphql-shield wraps the resolver')
  return gate as RootResolver
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
