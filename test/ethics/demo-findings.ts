import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDataModel } from '../../src/database/read-data-model.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { readPolicySources } from '../../src/policy/read-sources.ts'

/**
 * What the checker says once somebody changed a file of the demo policy, and did not say before: `MUST PG307`.
 *
 * @param today as of which reviews are judged; unless given, they are not, and neither is what was said before the change
 */
export async function demoFindings(
  file: string,
  change: (sdl: string) => string,
  today?: string,
): Promise<readonly string[]> {
  const folder = join(PACKAGE_ROOT, 'schema')
  const sources = await readPolicySources(join(PACKAGE_ROOT, 'directives'), folder)
  const dataModel = await readDataModel(join(PACKAGE_ROOT, 'prisma', 'schema.prisma'))
  const before = readFileSync(join(folder, file), 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`nothing was changed in ${file}`)
  const changed = sources.map((source) => (source.text === before ? { ...source, text: after } : source))
  const findings = (policy: typeof sources, day?: string): readonly string[] =>
    compilePolicy(policy, dataModel, day).findings.map(({ severity, id }) => `${severity} ${id}`)
  const known = findings(sources)
  return [...new Set(findings(changed, today).filter((finding) => !known.includes(finding)))]
}
