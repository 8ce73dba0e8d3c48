import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DataModel } from '../policy/data-model.ts'
import { DataModelInvalid, dataModelOf, type SchemaFile } from './data-model.ts'
import { parseSchema } from './parse-schema.ts'

/**
 * Reads `PRISMA_SCHEMA`: one file, or the folder of a multi-file schema (every `*.prisma` below it).
 *
 * @throws DataModelInvalid also where there is nothing to read
 */
export async function readDataModel(path: string): Promise<DataModel> {
  return dataModelFrom(await readSchemaFiles(path))
}

/** @throws DataModelInvalid where there is nothing to read */
export async function readSchemaFiles(path: string): Promise<readonly SchemaFile[]> {
  const files = await schemaFiles(path)
  if (files.length === 0) throw new DataModelInvalid(`\`${path}\` holds no \`*.prisma\` file`)
  return Promise.all(files.map(async ({ name, path }) => [name, await readFile(path, 'utf8')] as const))
}

/** @throws DataModelInvalid */
export async function dataModelFrom(files: readonly SchemaFile[]): Promise<DataModel> {
  return dataModelOf(await parseSchema(files), files)
}

async function schemaFiles(path: string): Promise<readonly { name: string; path: string }[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataModelInvalid(`the data model \`${path}\` cannot be read (${error.code ?? 'unknown'})`)
  })
  if (!found.isDirectory()) return [{ name: basename(path), path }]
  const names = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.prisma')).sort()
  return names.map((name) => ({ name, path: join(path, name) }))
}
