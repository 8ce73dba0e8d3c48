import { printSchemaWithDirectives } from '@graphql-tools/utils'
import type { Policy } from '../policy.ts'
import { servedSchemaOf } from './served-schema.ts'

/** The schema that clients see as text, with `@semanticNonNull`, which introspection cannot show. */
export function servedSdlOf(policy: Policy): string {
  return printSchemaWithDirectives(servedSchemaOf(policy))
}
