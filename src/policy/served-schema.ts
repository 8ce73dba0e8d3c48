import { buildASTSchema, type GraphQLSchema, isScalarType, parse } from 'graphql'
import type { Policy } from './policy.ts'
import { SCALARS } from './scalars.ts'
import { servedSdlOf } from './served-sdl.ts'

/** The schema that clients see, without a resolver. Positions in its text are not kept; they would take most of its memory. */
export function servedSchemaOf(policy: Policy): GraphQLSchema {
  const document = parse(servedSdlOf(policy), { noLocation: true })
  const schema = buildASTSchema(document, { assumeValidSDL: true })
  for (const scalar of Object.values(SCALARS)) {
    const declared = schema.getType(scalar.name)
    if (isScalarType(declared)) {
      const { astNode, extensionASTNodes, ...meaning } = scalar
      Object.assign(declared, meaning)
    }
  }
  return schema
}
