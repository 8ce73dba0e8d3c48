// By their paths, because Vitest loads `graphql` itself as a second copy beside the one that its users load.
import { GraphQLSchema } from 'graphql/type/schema.js'
import { validateSchema } from 'graphql/type/validate.js'
import type { Policy } from '../../src/policy/policy.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'

/** What graphql-js finds wrong with the served schema once all its types have made their fields; the gateway does not ask it. */
export function schemaErrors(policy: Policy): readonly unknown[] {
  return validateSchema(new GraphQLSchema({ ...servedSchemaOf(policy).toConfig(), assumeValid: false }))
}
