import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { ERRORS } from '../src/errors.ts'

it('README.md lists the errors as they are, in the same order', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const section = /^## Errors\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(readme)?.[1] ?? ''
  const rows = [...section.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (.+) \|$/gm)].map(
    ([, code, status, meaning]) => ({ code, status: Number(status), meaning }),
  )
  expect(rows).toEqual(
    Object.entries(ERRORS).map(([code, { status, meaning }]) => ({ code, status, meaning })),
  )
})
