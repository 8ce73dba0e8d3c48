import type { ASTNode } from 'graphql'
import type { Finding } from './finding.ts'
import type { Places, Position } from './places.ts'
import { RULES, type Rule, type RuleId } from './rules.ts'

/** Which findings. */
export interface Reported {
  /** Without it, those of rules that speak of something absent are left out. */
  readonly absent: boolean
  /** Those alone that are told to whoever asks; without it, all others. */
  readonly asked?: boolean
}

/** Collects findings; nothing that it is told is lost, and nothing stops at the first. */
export interface Reporter {
  report(id: RuleId, at: ASTNode | Position, message: string, help?: string): void
  /** Of the rules that have findings. */
  ids(which: Reported): readonly RuleId[]
  /** By file, line, column, id. To say where they are may take as long as parsing once more. */
  findings(which: Reported): readonly Finding[]
}

interface Report {
  readonly id: RuleId
  readonly at: ASTNode | Position
  readonly message: string
  readonly help: string | undefined
}

export function createReporter({ positionOf }: Places): Reporter {
  const reports: Report[] = []

  function kept({ absent, asked = false }: Reported): readonly Report[] {
    return reports.filter(({ id }) => (absent || !is(id, 'absence')) && is(id, 'asked') === asked)
  }

  function findingOf({ id, at, message, help }: Report): Finding {
    const { file, line, column } = 'kind' in at ? positionOf(at) : at
    return Object.freeze({ id, severity: RULES[id].severity, file, line, column, message, help })
  }

  return {
    report(id, at, message, help) {
      reports.push({ id, at, message, help })
    },
    ids: (which) => kept(which).map(({ id }) => id),
    findings(which) {
      const found = new Map<string, Finding>()
      for (const finding of kept(which).map(findingOf)) {
        const { id, file, line, column, message } = finding
        found.set(JSON.stringify([id, file, line, column, message]), finding)
      }
      return Object.freeze([...found.values()].sort(inOrder))
    },
  }
}

function is(id: RuleId, what: 'absence' | 'asked'): boolean {
  const rule: Rule = RULES[id]
  return rule[what] === true
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
