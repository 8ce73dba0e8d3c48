import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Prisma's client for the demo's data model, with the preview feature that reads relations in one statement. */
export async function generateClient(scratchDir: string): Promise<void> {
  const schema = join(scratchDir, 'schema.prisma')
  const output = `output = ${JSON.stringify(resolve(scratchDir, 'client'))}`
  const model = await readFile('prisma/schema.prisma', 'utf8')
  await writeFile(
    schema,
    model.replace(/^\s*output\s*=.*$/m, `  ${output}\n  previewFeatures = ["relationJoins"]`),
  )
  await promisify(execFile)(
    process.execPath,
    ['node_modules/prisma/build/index.js', 'generate', '--schema', schema],
    // Generating needs no engine, but Prisma would fetch one from the network if none were named.
    { env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath } },
  )
}
