import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/package-root.ts'

/** Neither due for a review nor, whatever the clocks do, in the future. */
const AGO_MS = 30 * 86_400_000

let made: string | undefined

/**
 * A folder with the demo's schema, each purpose of which was reviewed a month ago. A process that a test starts goes by
 * the time of day, to which the demo's own dates grow old; a gateway in this process has `reviewClock`. One for each process.
 */
export function schemaReviewedLately(): string {
  made ??= make()
  return made
}

function make(): string {
  const folder = mkdtempSync(join(tmpdir(), 'schema-reviewed-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(PACKAGE_ROOT, 'schema'), folder, { recursive: true })
  const day = new Date(Date.now() - AGO_MS).toISOString().slice(0, 10)
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replaceAll(/reviewed: "\d{4}-\d\d-\d\d"/g, `reviewed: "${day}"`))
  }
  return folder
}
