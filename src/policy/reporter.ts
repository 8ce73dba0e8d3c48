import type { ASTNode } from 'graphql'
import { invariant } from '../invariant.ts'
import type { Finding } from './finding.ts'
import { RULES, type Rule, type RuleId } from './rules.ts'

export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Collects findings; nothing that it is told is lost, and nothing stops at the first. */
export interface Reporter {
  report(id: RuleId, at: ASTNode | Position, message: string, help?: string): void
  /**
   * All findings by file, line, column, id. Without `absent`, those of rules that speak of something absent are left out.
   * `asked`: those alone that are told to whoever asks; without it, all others.
   */
  findings(options: { absent: boolean; asked?: boolean }): readonly Finding[]
}

export function createReporter(): Reporter {
  const reported = new Map<string, Finding>()
  return {
    report(id, at, message, help) {
      const { file, line, column } = 'kind' in at ? positionOf(at) : at
      const finding = Object.freeze({
        id,
        severity: RULES[id].severity,
        file,
        line,
        column,
        message,
        help,
      })
      reported.set(JSON.stringify([id, file, line, column, message]), finding)
    },
    findings({ absent, asked = false }) {
      const kept = [...reported.values()].filter(
        ({ id }) => (absent || !is(id, 'absence')) && is(id, 'asked') === asked,
      )
      return Object.freeze(kept.sort(inOrder))
    },
  }
}

function positionOf(node: ASTNode): Position {
  invariant(node.loc !== undefined, 'the compiler parses with locations')
  const { startToken, source } = node.loc
  return { file: source.name, line: startToken.line, column: startToken.column }
}

function is(id: string, what: 'absence' | 'asked'): boolean {
  const rules: Readonly<Record<string, Rule>> = RULES
  return rules[id]?.[what] === true
}

function inOrder(a: Finding, b: Finding): number {
  return (
    compare(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compare(a.id, b.id) ||
    compare(a.message, b.message)
  )
}

/** By code unit, so that the order does not depend on a locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
