import { stripVTControlCharacters } from 'node:util'
import prismaSchema from '@prisma/prisma-schema-wasm'
import type { SchemaFile } from './data-model.ts'

/** What Prisma's parser makes of a schema. */
export type Parsed =
  /** `json`: a `Datamodel`. */
  | { readonly kind: 'valid'; readonly json: string }
  /** `message`: for the adopter, with file and line. */
  | { readonly kind: 'invalid'; readonly message: string }

/**
 * Asks for the data model alone: the rest of a DMMF, an API of queries, takes a hundred times as long. The parser is a
 * WebAssembly module that keeps the memory of the longest schema for as long as its process or thread runs.
 */
export function parsePrisma(files: readonly SchemaFile[]): Parsed {
  try {
    const json = prismaSchema.get_datamodel(JSON.stringify({ prismaSchema: files, noColor: true }))
    return { kind: 'valid', json }
  } catch (error) {
    return { kind: 'invalid', message: readable(error instanceof Error ? error.message : String(error)) }
  }
}

/** Prisma wraps its message in JSON and colours it for a terminal. */
function readable(message: string): string {
  try {
    const wrapped: unknown = JSON.parse(message)
    if (typeof wrapped === 'object' && wrapped !== null && 'message' in wrapped)
      return stripVTControlCharacters(String(wrapped.message)).trim()
  } catch {
    // Not wrapped: the message itself is all there is.
  }
  return stripVTControlCharacters(message).trim()
}
