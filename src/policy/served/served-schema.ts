import { makeExecutableSchema } from '@graphql-tools/schema'
import { invariant } from '../../invariant.ts'
import type { Policy } from '../policy.ts'
import { SCALARS } from '../scalars.ts'
import { commonSdlOf } from './common-sdl.ts'
import { modelTypes } from './model-types.ts'
import { namedTypes } from './named-types.ts'
import { queryType } from './query-type.ts'
import { SchemaOnDemand, type TypeMap } from './schema-on-demand.ts'

/** The schema that clients see, derived from the policy, without a resolver. */
export function servedSchemaOf(policy: Policy): SchemaOnDemand {
  const common = makeExecutableSchema({ typeDefs: commonSdlOf(policy), resolvers: SCALARS })
  const types = Object.assign(Object.create(null) as TypeMap, common.getTypeMap())
  const named = namedTypes(types)
  for (const model of policy.models.values())
    for (const type of modelTypes(policy, model, named)) {
      invariant(types[type.name] === undefined, 'the compiler refuses names that the served schema needs')
      types[type.name] = type
    }
  return new SchemaOnDemand({
    query: queryType(policy, named),
    types,
    directives: common.getDirectives(),
  })
}
