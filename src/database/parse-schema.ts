import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { DataModelInvalid, type Datamodel, type SchemaFile } from './data-model.ts'
import type { Parsed } from './prisma-parser.ts'

/** Beside this module in the bundle. */
const PROGRAM = new URL('./prisma-parser-thread.mjs', import.meta.url)
/** Characters, for which the parser takes about twice as long as a thread takes to start. */
const LONG = 150_000

/**
 * Has Prisma parse a schema: a long one in a thread, beside whatever else is to be done, which gives the parser's memory back.
 *
 * @param program of the thread; without it, all is done here
 * @throws DataModelInvalid
 */
export async function parseSchema(files: readonly SchemaFile[], program = PROGRAM): Promise<Datamodel> {
  const length = files.reduce((sum, [, text]) => sum + text.length, 0)
  const parsed =
    length >= LONG && existsSync(fileURLToPath(program))
      ? await parsedInThread(files, program)
      : (await import('./prisma-parser.ts')).parsePrisma(files)
  if (parsed.kind === 'invalid') throw new DataModelInvalid(parsed.message)
  return JSON.parse(parsed.json)
}

function parsedInThread(files: readonly SchemaFile[], program: URL): Promise<Parsed> {
  const thread = new Worker(program, { name: 'Prisma parser', argv: [], execArgv: [], workerData: files })
  return new Promise((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () =>
      reject(new Error('the thread that parses the data model ended without an answer')),
    )
  })
}
