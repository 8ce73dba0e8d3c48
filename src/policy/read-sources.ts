import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { PolicySource } from './policy-source.ts'

/**
 * Reads every `*.graphql` below both folders, sorted, their names relative to the working directory for display.
 * Rejects where a folder or a file cannot be read: half a policy is none.
 */
export async function readPolicySources(
  directivesDir: string,
  schemaDir: string,
): Promise<readonly PolicySource[]> {
  const files = [...(await graphqlFiles(directivesDir)), ...(await graphqlFiles(schemaDir))]
  return Promise.all(
    [...new Set(files)].sort().map(async (path) => ({
      file: relative(process.cwd(), path),
      text: await readFile(path, 'utf8'),
    })),
  )
}

async function graphqlFiles(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.graphql'))
    .map((entry) => join(entry.parentPath, entry.name))
}
