import { alignedTable } from './aligned-table.ts'
import type { Latency } from './latency/latency.ts'
import { latencyTableOf } from './latency/latency-table.ts'
import { type LogReport, logSummaryOf, logTablesOf } from './log/log-report.ts'
import type { Machine } from './machine.ts'
import { factor, ratioTableOf } from './ratio-table.ts'
import type { RuleCost } from './rules/measure-rules.ts'
import { type ScaleReport, scaleSummaryOf, scaleTablesOf } from './scale/scale-report.ts'
import type { Setting } from './setting.ts'
import { type SizeReport, sizeSummaryOf, sizeTablesOf } from './size/size-report.ts'
import { OURS, type Row, type Summary } from './summary.ts'

/** Everything that one run found; what `--json` prints and `results/*.json` keeps. */
export interface Report extends Summary {
  readonly at: string
  readonly commit: string
  readonly machine: Machine
  readonly setting: Setting
  readonly peers: Readonly<Record<string, string>>
  /** Empty: it was not measured. */
  readonly latency: readonly Latency[]
  readonly rules: readonly RuleCost[]
  /** Title, and values per answer. */
  readonly workloads: Readonly<Record<string, { readonly title: string; readonly values: number }>>
  /** Undefined: the log was not measured. */
  readonly log: LogReport | undefined
  /** Undefined: what large documents and policies cost was not measured. */
  readonly size: SizeReport | undefined
  /** Undefined: it was not measured. */
  readonly scale: ScaleReport | undefined
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

/** @param plot name of the file beside it that shows the ratios; undefined: there is none */
export function markdownOf(report: Report, plot: string | undefined): string {
  const { machine, setting } = report
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `# Benchmark of ${report.at}`,
    '',
    `Commit ${report.commit}. ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}. ${versions.join(', ')}.`,
    '',
    `${setting.connections} connections, ${setting.poolSize} database connections per peer, ${setting.customers} customers; median of ${setting.rounds} interleaved rounds of ${setting.seconds} s each. The gateway's log held ${setting.logRecords} records before. Server, load and database share the machine.`,
    '',
    ...Object.entries(report.peers).map(([name, title]) => `- **${name}**: ${title}`),
    ...Object.entries(report.workloads).map(
      ([name, { title, values }]) => `- **${name}**: ${title} (${values} values per answer)`,
    ),
    '',
    ...(plot === undefined
      ? []
      : [`![requests per second of the gateway over those of each peer](${plot})`, '']),
    tablesOf(report),
    '',
  ].join('\n')
}

/** Of the pieces that were measured. */
export function tablesOf(report: Report): string {
  return [
    ...(Object.keys(report.ratios).length > 0
      ? [ratioTableOf(report, Object.keys(report.workloads), Object.keys(report.peers))]
      : []),
    ...(report.rows.length > 0 ? [readTableOf(report)] : []),
    ...(report.latency.length > 0 ? [latencyTableOf(report.latency)] : []),
    ...(report.rules.length > 0 ? [ruleTableOf(report.rules)] : []),
    ...(report.log ? [logTablesOf(report.log)] : []),
    ...(report.size ? [sizeTablesOf(report.size)] : []),
    ...(report.scale ? [scaleTablesOf(report.scale)] : []),
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
  return [
    ...readFiguresOf(report),
    ...(report.log ? [logSummaryOf(report.log)] : []),
    ...(report.size ? [sizeSummaryOf(report.size)] : []),
    ...(report.scale ? [scaleSummaryOf(report.scale)] : []),
  ].join('; ')
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
