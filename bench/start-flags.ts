import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/package-root.ts'

/** What `npm start` tells Node: `exec node FLAGS src/setup.mjs …`. Whatever is measured gets the same. */
export const START_FLAGS: readonly string[] = startScript()
  .split(' ')
  .filter((word) => word.startsWith('--'))

function startScript(): string {
  const text = readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')
  return (JSON.parse(text) as { readonly scripts: { readonly start: string } }).scripts.start
}
