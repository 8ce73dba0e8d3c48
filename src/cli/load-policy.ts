import { join } from 'node:path'
import { DataModelInvalid } from '../database/data-model.ts'
import { readDataModel } from '../database/read-data-model.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { parseConfig } from '../parse-config.ts'
import { type Checked, compileRead, readSdl } from '../policy/compile.ts'
import { readPolicySources } from '../policy/read-sources.ts'
import type { CliContext } from './command.ts'

/**
 * Reads and compiles the policy that `SCHEMA_DIR` and `PRISMA_SCHEMA` name. No other variable matters, so that it works
 * in a build where nothing else is configured. Throws `ExpectedFailure` where there is nothing to read.
 *
 * @param today `YYYY-MM-DD`, to be told of reviews that are due
 */
export async function loadPolicy(
  { env, cwd }: Pick<CliContext, 'env' | 'cwd'>,
  today?: string,
): Promise<Checked> {
  const parsed = parseConfig({ SCHEMA_DIR: env.SCHEMA_DIR, PRISMA_SCHEMA: env.PRISMA_SCHEMA }, cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('; '))
  const { schemaDir, prismaSchema } = parsed.config
  // Prisma may take a while for a long one, in a thread of its own.
  const reading = readDataModel(prismaSchema)
  reading.catch(() => undefined)
  const sources = await readPolicySources(join(PACKAGE_ROOT, 'directives'), schemaDir).catch(
    (error: NodeJS.ErrnoException) => {
      throw new ExpectedFailure(
        `the policy in \`SCHEMA_DIR\` cannot be read: ${schemaDir} (${error.code ?? error.name})`,
      )
    },
  )
  const sdl = readSdl(sources)
  const dataModel = await reading.catch((error: unknown) => {
    if (error instanceof DataModelInvalid) throw new ExpectedFailure(error.message)
    throw error
  })
  return compileRead(sdl, dataModel, today)
}
