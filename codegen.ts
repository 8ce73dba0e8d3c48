import type { CodegenConfig } from '@graphql-codegen/cli'
import { readDataModel } from './src/database/read-data-model.ts'
import { compilePolicy } from './src/policy/compile.ts'
import { readPolicySources } from './src/policy/read-sources.ts'
import { servedSdlOf } from './src/policy/served/served-sdl.ts'

/**
 * Types of the served schema, which is derived from the policy and so has no SDL file of its own. Exact numbers and times
 * are strings, as on the wire; enums are unions of their names.
 */
const { policy, findings } = compilePolicy(
  await readPolicySources('directives', 'schema'),
  await readDataModel('prisma/schema.prisma'),
)
if (policy === undefined)
  throw new Error(
    findings
      .map(({ id, file, line, column, message }) => `${file}:${line}:${column} ${id} ${message}`)
      .join('\n'),
  )

const config: CodegenConfig = {
  schema: servedSdlOf(policy),
  silent: true,
  generates: {
    'src/generated/served-schema.ts': {
      plugins: ['typescript'],
      config: {
        scalars: {
          ID: 'string',
          Decimal: 'string',
          BigInt: 'string',
          Date: 'string',
          DateTime: 'string',
          JSON: 'unknown',
        },
        strictScalars: true,
        enumsAsTypes: true,
        immutableTypes: true,
        useTypeImports: true,
        skipTypename: true,
        avoidOptionals: { field: true },
      },
    },
  },
}

export default config
