import { createRequire } from 'node:module'
import type { GraphQLSchema } from 'graphql'
import { applyMiddleware, type IMiddleware } from 'graphql-middleware'

// Its ES modules do not load with every Node that the bench runs on; see src/enforce/shield.ts.
const { deny, rule, shield } = createRequire(import.meta.url)(
  'graphql-shield',
) as typeof import('graphql-shield')

/** What a request of this peer carries, in place of a verified identity. */
export interface ShieldContext {
  readonly purpose: string
}

/**
 * The usual way to guard fields: a rule on each of them. It is asked once per request, and its answer is kept
 * (`contextual`), which is the cheapest that a rule can be.
 */
export function shieldEachField(schema: GraphQLSchema): GraphQLSchema {
  const declared = rule('declared', { cache: 'contextual' })(
    (_parent, _args, { purpose }: ShieldContext) => purpose === 'BILLING',
  )
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => 'getFields' in type && !type.name.startsWith('__'),
  )
  const rules = Object.fromEntries(
    types.map((type) => [
      type.name,
      Object.fromEntries(
        Object.keys('getFields' in type ? type.getFields() : {}).map((name) => [name, declared]),
      ),
    ]),
  )
  const generated = shield(rules, { fallbackRule: deny, allowExternalErrors: true })
  // Generated here, because the class of what is generated is another one to the ES modules of graphql-middleware.
  return applyMiddleware(schema, generated.generate(schema) as IMiddleware)
}
