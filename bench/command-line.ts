import { parseArgs } from 'node:util'
import type { Peer } from './peers/peer.ts'
import { PEERS } from './peers/peers.ts'
import type { Setting } from './setting.ts'
import type { Workload } from './workloads/workload.ts'
import { WORKLOADS } from './workloads/workloads.ts'

const PIECES = ['reads', 'latency', 'rules', 'log', 'size', 'scale'] as const
export type Piece = (typeof PIECES)[number]

export interface CommandLine {
  readonly pieces: ReadonlySet<Piece>
  readonly peers: readonly Peer[]
  readonly workloads: readonly Workload[]
  readonly setting: Setting
  readonly json: boolean
}

const PEER_NAMES = PEERS.map(({ name }) => name)
const WORKLOAD_NAMES = WORKLOADS.map(({ name }) => name)

export const HELP = `npm run bench -- [options]

  --pieces LIST      what to measure, of ${PIECES.join(',')}
  --peers LIST       of ${PEER_NAMES.join(',')}
  --workloads LIST   of ${WORKLOAD_NAMES.join(',')}
  --rounds N         interleaved rounds of each workload (5)
  --seconds N        length of a round (2)
  --customers N      of the demo data (1000)
  --records N        of the log that is verified, piece \`log\` (100000)
  --grow-to N        customers of the largest database, piece \`scale\`: 10000, 100000, 1000000 (100000)
  --log-records N    fill the gateway's own log with so many before measuring (0)
  --open-loop RATE   requests per second of piece \`latency\` at 16 connections, in place of half of what the slowest manages
  --json             print the result for a machine
  --help             print this

All six pieces, with nothing given, take about 45 minutes.`

/**
 * @returns undefined where help is asked for
 * @throws Error that says what is wrong
 */
export function parseCommandLine(args: readonly string[]): CommandLine | undefined {
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      pieces: { type: 'string', default: PIECES.join(',') },
      peers: { type: 'string', default: PEER_NAMES.join(',') },
      workloads: { type: 'string', default: WORKLOAD_NAMES.join(',') },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      customers: { type: 'string', default: '1000' },
      records: { type: 'string', default: '100000' },
      'grow-to': { type: 'string', default: '100000' },
      'log-records': { type: 'string', default: '0' },
      'open-loop': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (flags.help) return undefined
  const openLoop = flags['open-loop']
  return {
    pieces: new Set(chosen('--pieces', flags.pieces, PIECES, (piece) => piece)),
    peers: chosen('--peers', flags.peers, PEERS, ({ name }) => name),
    workloads: chosen('--workloads', flags.workloads, WORKLOADS, ({ name }) => name),
    setting: {
      connections: 16,
      poolSize: 10,
      customers: wholeNumber('--customers', flags.customers, 1),
      rounds: wholeNumber('--rounds', flags.rounds, 1),
      seconds: wholeNumber('--seconds', flags.seconds, 1),
      records: wholeNumber('--records', flags.records, 10),
      growTo: wholeNumber('--grow-to', flags['grow-to'], 10_000),
      logRecords: wholeNumber('--log-records', flags['log-records'], 0),
      openLoopRate: openLoop === undefined ? undefined : wholeNumber('--open-loop', openLoop, 1),
    },
    json: flags.json,
  }
}

/** In the order of `all`, so that a list does not change the order of measuring. */
function chosen<T>(flag: string, list: string, all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const names = list.split(',')
  const known = all.map(nameOf)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(`\`${flag}\` has no \`${unknown.join(', ')}\`, but ${known.join(', ')}`)
  return all.filter((one) => names.includes(nameOf(one)))
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least)
    throw new Error(`\`${flag}\` is a whole number of ${least} or more`)
  return value
}
