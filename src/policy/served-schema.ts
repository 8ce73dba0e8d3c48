import { makeExecutableSchema } from '@graphql-tools/schema'
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql'
import type { Policy } from './policy.ts'
import { SCALARS } from './scalars.ts'
import { servedSdlOf } from './served-sdl.ts'

/**
 * The schema that clients see, executable at its root fields only: everything below them is read by one statement.
 *
 * @param resolveRoot reads one root field; left out where only the types are wanted (code generation, `check`).
 */
export function servedSchemaOf(
  policy: Policy,
  resolveRoot?: GraphQLFieldResolver<unknown, never>,
): GraphQLSchema {
  const typeDefs = servedSdlOf(policy)
  const bare = makeExecutableSchema({ typeDefs, resolvers: SCALARS, assumeValidSDL: true })
  const root = bare.getQueryType()
  if (resolveRoot && root)
    for (const field of Object.values(root.getFields()))
      field.resolve = resolveRoot as GraphQLFieldResolver<unknown, unknown>
  return bare
}
