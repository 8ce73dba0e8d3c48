import {
  DataModelInvalid,
  dataModelOf as dataModelOfParsed,
  type SchemaFile,
} from '../src/database/data-model.ts'
import { parsePrisma } from '../src/database/prisma-parser.ts'
import type { DataModel } from '../src/policy/data-model.ts'

/** Of one text, or of the files of a schema. @throws DataModelInvalid */
export function dataModelOf(schema: string | readonly SchemaFile[]): DataModel {
  const files: readonly SchemaFile[] = typeof schema === 'string' ? [['schema.prisma', schema]] : schema
  const parsed = parsePrisma(files)
  if (parsed.kind === 'invalid') throw new DataModelInvalid(parsed.message)
  return dataModelOfParsed(JSON.parse(parsed.json), files)
}
