import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readPolicySources } from '../../src/policy/read-sources.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sources-'))
  for (const name of ['language', 'schema/sub']) mkdirSync(join(dir, name), { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true }))

function write(name: string, text: string): void {
  writeFileSync(join(dir, name), text)
}

it('reads every .graphql file below both folders, sorted, relative to the working directory', async () => {
  write('schema/b.graphql', 'b')
  write('schema/sub/a.graphql', 'æøå')
  write('schema/notes.md', 'no')
  write('language/z.graphql', 'z')
  symlinkSync(join(dir, 'schema/b.graphql'), join(dir, 'schema/link.graphql'))
  const sources = await readPolicySources(join(dir, 'language'), join(dir, 'schema'))
  const here = relative(process.cwd(), dir)
  expect(sources).toEqual([
    { file: `${here}/language/z.graphql`, text: 'z' },
    { file: `${here}/schema/b.graphql`, text: 'b' },
    { file: `${here}/schema/link.graphql`, text: 'b' },
    { file: `${here}/schema/sub/a.graphql`, text: 'æøå' },
  ])
})

it('rejects where a folder is missing', async () => {
  await expect(readPolicySources(join(dir, 'language'), join(dir, 'nowhere'))).rejects.toThrow('ENOENT')
})
