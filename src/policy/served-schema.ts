import { makeExecutableSchema } from '@graphql-tools/schema'
import { extendSchema, type GraphQLSchema, isEnumType, isInputObjectType, isObjectType, parse } from 'graphql'
import type { Policy } from './policy.ts'
import { SCALARS } from './scalars.ts'
import { SCALAR_SDL, servedSdlOf } from './served-sdl.ts'

/** The schema that clients see, without a resolver, and without the text that it was made from. */
export function servedSchemaOf(policy: Policy): GraphQLSchema {
  // graphql-tools goes through the whole schema several times, so it is given the scalars alone. It would also take a model
  // called `Subscription` for a root; graphql-js takes the roots as they are declared.
  const scalars = makeExecutableSchema({ typeDefs: SCALAR_SDL, resolvers: SCALARS })
  const schema = extendSchema(scalars, parse(servedSdlOf(policy), { noLocation: true }), {
    assumeValidSDL: true,
  })
  forgetNodes(schema)
  return schema
}

/** The parsed text is a third of what a schema takes, and only who changes a schema looks at it again. */
function forgetNodes(schema: GraphQLSchema): void {
  forget(schema)
  for (const directive of schema.getDirectives()) forget(directive, ...directive.args)
  for (const type of Object.values(schema.getTypeMap())) {
    forget(type)
    if (isEnumType(type)) forget(...type.getValues())
    else if (isInputObjectType(type)) forget(...Object.values(type.getFields()))
    else if (isObjectType(type))
      for (const field of Object.values(type.getFields())) forget(field, ...field.args)
  }
}

interface Parsed {
  astNode?: unknown
  extensionASTNodes?: readonly unknown[]
}

function forget(...parts: readonly Parsed[]): void {
  for (const part of parts) {
    part.astNode = undefined
    if (part.extensionASTNodes) part.extensionASTNodes = []
  }
}
