import { blockedProblem } from '../plan/blocked-problem.ts'
import type { Blocked } from '../plan/plan.ts'
import type { Explanation } from './explanation.ts'

/** An explanation as lines for a person: the decision, what is served in which form, what is blocked and why, the SQL. */
export function formatExplanation(explanation: Explanation): readonly string[] {
  switch (explanation.kind) {
    case 'invalid':
      return ['invalid', ...explanation.messages.map((message) => `  ${message}`)]
    case 'refused':
      return [
        `refused for purpose ${explanation.purpose}`,
        ...blockedLines(explanation.blocked, explanation.purpose),
      ]
    case 'served': {
      const { purpose, fields, blocked, rows, statements } = explanation
      const width = Math.max(0, ...Object.keys(fields).map((coordinate) => coordinate.length))
      return [
        `${blocked.length > 0 ? 'pruned' : 'granted'} for purpose ${purpose}`,
        ...Object.entries(fields).map(
          ([coordinate, form]) => `  read     ${coordinate.padEnd(width)}  ${form}`,
        ),
        ...blockedLines(blocked, purpose),
        ...Object.entries(rows).flatMap(([model, limits]) =>
          limits.map((words) => `  rows     ${model}  only those ${words}`),
        ),
        ...statements.flatMap(({ root, sql }) => ['', `SQL of ${root}`, ...breakLines(sql)]),
      ]
    }
  }
}

function blockedLines(blocked: readonly Blocked[], purpose: string): readonly string[] {
  return blocked.flatMap((field) => {
    const { message, path = [] } = blockedProblem(field, purpose)
    const others = field.permittedFor.length > 0 ? field.permittedFor.join(', ') : 'no purpose'
    return [
      `  blocked  ${field.coordinate}  at ${path.join('.')}`,
      `           ${message}; permitted for ${others}`,
    ]
  })
}

/** One clause a line, indented by depth; nothing is left out, so the lines joined by spaces are the statement. */
function breakLines(sql: string): readonly string[] {
  const lines: string[] = []
  let depth = 0
  let line = ''
  for (const token of sql.split(
    /(\(|\)|'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:SELECT|FROM|WHERE|LEFT JOIN|GROUP BY|HAVING|UNION ALL|ORDER BY|LIMIT)\b)/,
  )) {
    if (
      /^(?:SELECT|FROM|WHERE|LEFT JOIN|GROUP BY|HAVING|UNION ALL|LIMIT)$/.test(token) &&
      line.trim() !== ''
    ) {
      lines.push(line.trimEnd())
      line = '  '.repeat(depth)
    }
    if (token === '(') depth++
    if (token === ')') depth--
    line += line.trim() === '' ? token.trimStart() : token
  }
  return [...lines, line].map((text) => `  ${text}`)
}
