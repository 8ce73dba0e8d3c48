import { join } from 'node:path'
import { DataModelInvalid, type SchemaFile } from '../database/data-model.ts'
import { dataModelFrom, readSchemaFiles } from '../database/read-data-model.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { parseConfig } from '../parse-config.ts'
import { type Checked, compileRead, readSdl } from '../policy/compile.ts'
import type { PolicySource } from '../policy/policy-source.ts'
import { readPolicySources } from '../policy/read-sources.ts'
import type { CliContext } from './command.ts'

/** All that a policy follows from, as it was read. */
export interface PolicyTexts {
  readonly sources: readonly PolicySource[]
  /** Of `PRISMA_SCHEMA`. */
  readonly schema: readonly SchemaFile[]
}

/**
 * Reads and compiles the policy that `SCHEMA_DIR` and `PRISMA_SCHEMA` name. No other variable matters, so that it works
 * in a build where nothing else is configured. Throws `ExpectedFailure` where there is nothing to read.
 *
 * @param today `YYYY-MM-DD`, to be told of reviews that are due
 */
export async function loadPolicy(context: Pick<CliContext, 'env' | 'cwd'>, today?: string): Promise<Checked> {
  return compileTexts(await readPolicyTexts(context), today)
}

/** @throws ExpectedFailure where there is nothing to read */
export async function readPolicyTexts({ env, cwd }: Pick<CliContext, 'env' | 'cwd'>): Promise<PolicyTexts> {
  const parsed = parseConfig({ SCHEMA_DIR: env.SCHEMA_DIR, PRISMA_SCHEMA: env.PRISMA_SCHEMA }, cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('; '))
  const { schemaDir, prismaSchema } = parsed.config
  const sources = await readPolicySources(join(PACKAGE_ROOT, 'directives'), schemaDir).catch(
    (error: NodeJS.ErrnoException) => {
      throw new ExpectedFailure(
        `the policy in \`SCHEMA_DIR\` cannot be read: ${schemaDir} (${error.code ?? error.name})`,
      )
    },
  )
  return { sources, schema: await readSchemaFiles(prismaSchema).catch(expected) }
}

/** @throws ExpectedFailure where the data model is none */
export async function compileTexts({ sources, schema }: PolicyTexts, today?: string): Promise<Checked> {
  // Prisma may take a while for a long one, in a thread of its own.
  const parsing = dataModelFrom(schema)
  parsing.catch(() => undefined)
  const sdl = readSdl(sources)
  return compileRead(sdl, await parsing.catch(expected), today)
}

function expected(error: unknown): never {
  throw error instanceof DataModelInvalid ? new ExpectedFailure(error.message) : error
}
