import type { Machine } from './machine.ts'
import type { RuleCost } from './rules/measure-rules.ts'
import { OURS, type Row, type Summary } from './summary.ts'

/** Everything that one run found; what `--json` prints and `results/*.json` keeps. */
export interface Report extends Summary {
  readonly at: string
  readonly commit: string
  readonly machine: Machine
  readonly setting: {
    readonly connections: number
    readonly poolSize: number
    readonly customers: number
    readonly rounds: number
    readonly seconds: number
  }
  readonly peers: Readonly<Record<string, string>>
  readonly rules: readonly RuleCost[]
  /** Title, and values per answer. */
  readonly workloads: Readonly<Record<string, { readonly title: string; readonly values: number }>>
}

const COLUMNS: readonly (readonly [title: string, cell: (row: Row, report: Report) => string])[] = [
  ['workload', (row) => row.workload],
  ['peer', (row) => row.peer],
  ['requests/s', (row) => row.requestsPerSecond.toFixed(row.requestsPerSecond < 100 ? 1 : 0)],
  ['spread', (row) => `${(row.spread * 100).toFixed(0)} %`],
  ['gateway is', (row, { ratios }) => factor(ratios[`${row.workload}/${row.peer}`])],
  ['p50 ms', (row) => String(row.p50Ms)],
  ['p99 ms', (row) => String(row.p99Ms)],
  ['CPU ms/request', (row) => row.peerCpuMsPerRequest?.toFixed(2) ?? ''],
  ['database CPU ms/request', (row) => row.databaseCpuMsPerRequest?.toFixed(2) ?? ''],
  ['memory MB', (row) => row.peerMegabytes?.toFixed(0) ?? ''],
]

export function markdownOf(report: Report): string {
  const { machine, setting } = report
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `# Benchmark of ${report.at}`,
    '',
    `Commit ${report.commit}. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}. ${versions.join(', ')}.`,
    '',
    `${setting.connections} connections, ${setting.poolSize} database connections per peer, ${setting.customers} customers; median of ${setting.rounds} interleaved rounds of ${setting.seconds} s each. Server, load and database share the machine.`,
    '',
    ...Object.entries(report.peers).map(([name, title]) => `- **${name}**: ${title}`),
    ...Object.entries(report.workloads).map(
      ([name, { title, values }]) => `- **${name}**: ${title} (${values} values per answer)`,
    ),
    '',
    tableOf(report),
    '',
    ruleTableOf(report),
    '',
  ].join('\n')
}

export function tableOf(report: Report): string {
  return tableWith([
    COLUMNS.map(([title]) => title),
    ...report.rows.map((row) => COLUMNS.map(([, cell]) => cell(row, report))),
  ])
}

/** What the rules of the policy cost; empty where they were not measured. */
export function ruleTableOf({ rules }: Report): string {
  if (rules.length === 0) return ''
  const cells = rules.map((rule) => [
    rule.name,
    rule.title,
    factor(rule.ratio),
    String(rule.requestsPerSecond),
  ])
  return tableWith([['rule', 'what it is', 'with ÷ without', 'requests/s with'], ...cells])
}

/** Markdown; the first two columns to the left, the figures to the right. */
function tableWith(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const [head = [], ...body] = cells
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column < 2 ? '-' : ':'}`).join('|')}|`
  return [line(head), rule, ...body.map(line)].join('\n')
}

/** The last line: `point 5120/s = 2.10× apollo-prisma, 0.78× limit; nested …` */
export function figuresOf(report: Report): string {
  return Object.keys(report.workloads)
    .map((workload) => {
      const rows = report.rows.filter((row) => row.workload === workload)
      const ours = rows.find((row) => row.peer === OURS)
      if (ours === undefined)
        return `${workload} ${rows.map((row) => `${row.peer} ${row.requestsPerSecond.toFixed(0)}/s`).join(', ')}`
      const ratios = rows
        .filter((row) => row.peer !== OURS)
        .map((row) => `${factor(report.ratios[`${workload}/${row.peer}`])} ${row.peer}`)
      return `${workload} ${ours.requestsPerSecond.toFixed(0)}/s${ratios.length > 0 ? ` = ${ratios.join(', ')}` : ''}`
    })
    .join('; ')
}

function factor(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio.toFixed(2)}×`
}
