import { styleText } from 'node:util'
import type { Finding } from '../policy/finding.ts'
import type { Policy } from '../policy/policy.ts'

/** Findings as lines for a person: `file:line:column  MUST  PG101  message`, and below it what to do. */
export function formatFindings(findings: readonly Finding[], colour: boolean): readonly string[] {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  return findings.flatMap(({ file, line, column, severity, id, message, help }) => {
    const label = paint(severity === 'MUST' ? 'red' : 'yellow', severity.padEnd(6))
    const first = `${paint('bold', `${file}:${line}:${column}`)}  ${label}  ${paint('dim', id)}  ${message}`
    return help === undefined ? [first] : [first, `  help: ${help}`]
  })
}

/** The last line of `check`: what was counted. */
export function summaryOf(findings: readonly Finding[], policy: Policy | undefined): string {
  const must = findings.filter(({ severity }) => severity === 'MUST').length
  if (must > 0 && policy !== undefined)
    return `${counted(findings.length, 'finding')}: ${must} MUST, ${findings.length - must} SHOULD; the gateway starts, and refuses a purpose whose review is thirteen months old`
  if (policy === undefined)
    return `${counted(findings.length, 'finding')}: ${must} MUST, ${findings.length - must} SHOULD; the gateway does not start on a MUST`
  const fields = [...policy.models.values()].reduce((sum, { fields }) => sum + fields.size, 0)
  const content = `${counted(policy.purposes.size, 'purpose')}, ${counted(policy.models.size, 'model')}, ${counted(fields, 'field')}`
  return findings.length === 0
    ? `no findings: ${content}`
    : `${counted(findings.length, 'finding')}, all SHOULD: ${content}`
}

/** `1 finding`, `2 findings`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
