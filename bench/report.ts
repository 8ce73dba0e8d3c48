import { alignedTable } from './aligned-table.ts'
import { type LogReport, logSummaryOf, logTablesOf } from './log/log-report.ts'
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
    /** Of the log that was verified. */
    readonly records: number
  }
  readonly peers: Readonly<Record<string, string>>
  readonly rules: readonly RuleCost[]
  /** Title, and values per answer. */
  readonly workloads: Readonly<Record<string, { readonly title: string; readonly values: number }>>
  /** Undefined: the log was not measured. */
  readonly log: LogReport | undefined
}

const COLUMNS: readonly (readonly [title: string, cell: (row: Row, report: Report) => string])[] = [
  ['workload', (row) => row.workload],
  ['peer', (row) => row.peer],
  ['requests/s', (row) => row.requestsPerSecond.toFixed(row.requestsPerSecond < 100 ? 1 : 0)],
  ['spread', (row) => `${(row.spread * 100).toFixed(0)} %`],
  ['gateway is', (row, { ratios }) => factor(ratios[`${row.workload}/${row.peer}`])],
  ['p50 ms', (row) => row.p50Ms.toFixed(1)],
  ['p99 ms', (row) => row.p99Ms.toFixed(1)],
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
    tablesOf(report),
    '',
  ].join('\n')
}

/** Of the pieces that were measured. */
export function tablesOf(report: Report): string {
  return [
    ...(report.rows.length > 0 ? [readTableOf(report)] : []),
    ...(report.rules.length > 0 ? [ruleTableOf(report.rules)] : []),
    ...(report.log ? [logTablesOf(report.log)] : []),
  ].join('\n\n')
}

/** What the rules of the policy cost. */
function ruleTableOf(rules: readonly RuleCost[]): string {
  return alignedTable(
    [
      ['rule', 'what it is', 'with ÷ without', 'requests/s with'],
      ...rules.map((rule) => [rule.name, rule.title, factor(rule.ratio), String(rule.requestsPerSecond)]),
    ],
    ['left', 'left', 'right', 'right'],
  )
}

function readTableOf(report: Report): string {
  return alignedTable(
    [
      COLUMNS.map(([title]) => title),
      ...report.rows.map((row) => COLUMNS.map(([, cell]) => cell(row, report))),
    ],
    COLUMNS.map((_, column) => (column < 2 ? 'left' : 'right')),
  )
}

/** The last line: `point 5120/s = 2.10× apollo-prisma, 0.78× limit; nested …; log 6 of 7 goals reached` */
export function figuresOf(report: Report): string {
  return [...readFiguresOf(report), ...(report.log ? [logSummaryOf(report.log)] : [])].join('; ')
}

function readFiguresOf(report: Report): readonly string[] {
  return Object.keys(report.workloads).map((workload) => {
    const rows = report.rows.filter((row) => row.workload === workload)
    const ours = rows.find((row) => row.peer === OURS)
    if (ours === undefined)
      return `${workload} ${rows.map((row) => `${row.peer} ${row.requestsPerSecond.toFixed(0)}/s`).join(', ')}`
    const ratios = rows
      .filter((row) => row.peer !== OURS)
      .map((row) => `${factor(report.ratios[`${workload}/${row.peer}`])} ${row.peer}`)
    return `${workload} ${ours.requestsPerSecond.toFixed(0)}/s${ratios.length > 0 ? ` = ${ratios.join(', ')}` : ''}`
  })
}

function factor(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio.toFixed(2)}×`
}
