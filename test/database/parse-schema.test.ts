import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DataModelInvalid, type SchemaFile } from '../../src/database/data-model.ts'
import { parseSchema } from '../../src/database/parse-schema.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'

const PROGRAM = pathToFileURL(join(PACKAGE_ROOT, 'src/generated/program/prisma-parser-thread.mjs'))
const NONE = pathToFileURL('/nowhere/thread.mjs')
const BASE: SchemaFile = ['base.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']
const LONG: readonly SchemaFile[] = [
  BASE,
  ['models.prisma', Array.from({ length: 1_500 }, (_, i) => modelText(`Model${i}`)).join('\n')],
]

function modelText(name: string): string {
  return `/// ${'x'.repeat(60)}\nmodel ${name} {\n  id Int @id\n  name String @map("full_name")\n}\n`
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parse-schema-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A thread that does something else. */
async function programOf(text: string) {
  const path = join(folder, `${text.length}.mjs`)
  await writeFile(path, text)
  return pathToFileURL(path)
}

test('a thread parses a long schema, with the same result', async () => {
  const there = await parseSchema(LONG, PROGRAM)
  expect(there.models).toHaveLength(1_500)
  expect(there).toEqual(await parseSchema(LONG, NONE))
})

test('what is wrong with a long schema is told from the thread too', async () => {
  const wrong = [...LONG, ['wrong.prisma', 'model A {\n  id Int @id\n  x Foo\n}'] as const]
  await expect(parseSchema(wrong, PROGRAM)).rejects.toThrow(DataModelInvalid)
  await expect(parseSchema(wrong, PROGRAM)).rejects.toThrow(
    /Type "Foo" is neither[\s\S]*--> {2}wrong\.prisma:3/,
  )
})

test.each([
  ['fails', "throw new Error('of the thread')", 'of the thread'],
  ['ends', 'process.exit()', 'ended without an answer'],
])('nobody waits for a thread that %s', async (_, text, message) => {
  await expect(parseSchema(LONG, await programOf(text))).rejects.toThrow(message)
})

test('a short one needs no thread', async () => {
  const { models } = await parseSchema(
    [BASE, ['a.prisma', modelText('A')]],
    await programOf("throw new Error('started')"),
  )
  expect(models.map(({ name }) => name)).toEqual(['A'])
})
