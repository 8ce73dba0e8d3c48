import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Finding } from '../../src/policy/finding.ts'
import { RULES, type Rule } from '../../src/policy/rules.ts'
import { CASES, policyCase, policyCaseNames } from './policy-case.ts'
import { schemaErrors } from './whole-schema.ts'

/** Of the cases; nothing here depends on the clock. */
const TODAY = '2026-11-24'

/** Each folder of test/cases/policy holds SDL and the findings that it must give; `npx vitest -u` writes new ones. */
describe('policy cases', () => {
  it.each(policyCaseNames())('%s', async (name) => {
    const { sources, dataModel } = policyCase(name)
    const { policy, findings } = compilePolicy(sources, dataModel, TODAY)
    await expect(findingsText(findings)).toMatchFileSnapshot(resolve(CASES, name, 'findings.txt'))
    const rules: Readonly<Record<string, Rule>> = RULES
    expect(policy === undefined).toBe(
      findings.some(({ severity, id }) => severity === 'MUST' && !rules[id]?.clock),
    )
    for (const finding of findings) expectWellFormed(finding)
    if (policy) expect(schemaErrors(policy)).toEqual([])
  })

  it('compile to the expected policy', async () => {
    const { sources, dataModel } = policyCase('in-order')
    const { policy } = compilePolicy(sources, dataModel, TODAY)
    const pretty = `${JSON.stringify(JSON.parse(policy?.text ?? ''), null, 2)}\n`
    await expect(pretty).toMatchFileSnapshot(resolve(CASES, 'in-order', 'policy.json'))
  })

  it('cover every rule', () => {
    const seen = new Set(
      policyCaseNames().flatMap((name) => {
        const { sources, dataModel } = policyCase(name)
        const { findings, asked } = compilePolicy(sources, dataModel, TODAY)
        return [...findings, ...asked].map(({ id }) => id)
      }),
    )
    expect(Object.keys(RULES).filter((id) => !seen.has(id))).toEqual([])
  })
})

function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'none\n'
  return findings
    .map(({ id, severity, file, line, column, message, help }) =>
      [`${file}:${line}:${column} ${severity} ${id}`, message, ...(help === undefined ? [] : [help])].join(
        '\n  ',
      ),
    )
    .join('\n')
    .concat('\n')
}

/** One lowercase sentence without a full stop, and a position inside a file of the case. */
function expectWellFormed({ message, help, line, column }: Finding): void {
  for (const text of [message, ...(help === undefined ? [] : [help])])
    expect(text).toMatch(/^[a-z`@][^\n]*[^.\n]$/)
  expect(line).toBeGreaterThan(0)
  expect(column).toBeGreaterThan(0)
}
