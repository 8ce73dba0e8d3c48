import { OURS, type Summary } from './summary.ts'

interface Plotted extends Summary {
  readonly at: string
  readonly workloads: Readonly<Record<string, unknown>>
  readonly peers: Readonly<Record<string, string>>
}

const WIDTH = 860
const MARGIN = { left: 110, right: 70, top: 84, bottom: 34 }
const BAR = 13
const GAP = 16
/** Told apart in light and dark, and with the usual kinds of colour blindness. */
const COLOURS = ['#0072b2', '#009e73', '#cc79a7', '#d55e00', '#e69f00', '#7a5cc0', '#56a0d0']
const TICKS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]

/**
 * A bar per workload and peer, on a scale of factors: half and twice as fast are equally far from the line at one. The ends of the
 * thin line are the slowest and the fastest round.
 */
export function plotOf({ at, workloads, peers, ratios, ratioRanges }: Plotted): string {
  const others = Object.keys(peers).filter((peer) => peer !== OURS)
  const values = Object.values(ratioRanges).flat()
  const low = Math.max(...TICKS.filter((tick) => tick <= Math.min(0.5, ...values)), TICKS[0] ?? 0)
  const high = Math.min(...TICKS.filter((tick) => tick >= Math.max(2, ...values)), TICKS.at(-1) ?? 1)
  const inner = WIDTH - MARGIN.left - MARGIN.right
  const x = (ratio: number): number => {
    const share = Math.log(ratio / low) / Math.log(high / low)
    return MARGIN.left + inner * Math.min(1, Math.max(0, share))
  }
  const bars: string[] = []
  let y = MARGIN.top
  for (const workload of Object.keys(workloads)) {
    const shown = others.filter((peer) => ratios[`${workload}/${peer}`] !== undefined)
    if (shown.length === 0) continue
    bars.push(text(MARGIN.left - 10, y + (shown.length * BAR) / 2 + 4, workload, 'end'))
    for (const peer of shown) {
      const key = `${workload}/${peer}`
      bars.push(bar(y, x, ratios[key] ?? 1, ratioRanges[key] ?? [1, 1], colourOf(others, peer)))
      y += BAR
    }
    y += GAP
  }
  const bottom = y - GAP + 6
  const ticks = TICKS.filter((tick) => tick >= low && tick <= high).map(
    (tick) =>
      `<line class="${tick === 1 ? 'one' : 'grid'}" x1="${x(tick)}" x2="${x(tick)}" y1="${MARGIN.top - 6}" y2="${bottom}"/>${text(x(tick), bottom + 16, `${tick}×`, 'middle')}`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + MARGIN.bottom}" font-family="system-ui, sans-serif" font-size="12">`,
    STYLE,
    `<rect class="ground" width="100%" height="100%"/>`,
    text(
      16,
      24,
      `Requests per second of the gateway over those of each peer, ${at.slice(0, 10)}`,
      'start',
      'title',
    ),
    ...legend(others),
    ...ticks,
    ...bars,
    '</svg>\n',
  ].join('\n')
}

/** A ground of its own in both, since a page need not follow the system. */
const STYLE = `<style>
.ground { fill: #ffffff } text { fill: #24292f } .title { font-weight: 600; font-size: 14px }
.grid { stroke: #d8dee4 } .one { stroke: #57606a; stroke-width: 1.5 } .range { stroke: #24292f }
@media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117 } text { fill: #e6edf3 }
  .grid { stroke: #30363d } .one { stroke: #9198a1 } .range { stroke: #e6edf3 }
}
</style>`

function bar(
  y: number,
  x: (ratio: number) => number,
  ratio: number,
  [from, to]: readonly [number, number],
  colour: string,
): string {
  const [left, right] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))]
  const middle = y + (BAR - 2) / 2
  return [
    `<rect x="${left.toFixed(1)}" y="${y}" width="${Math.max(1, right - left).toFixed(1)}" height="${BAR - 2}" fill="${colour}"/>`,
    `<line class="range" x1="${x(from).toFixed(1)}" x2="${x(to).toFixed(1)}" y1="${middle}" y2="${middle}"/>`,
    text(Math.max(right, x(to)) + 5, middle + 4, ratio.toFixed(2), 'start'),
  ].join('')
}

function legend(peers: readonly string[]): readonly string[] {
  const perLine = 4
  const column = (WIDTH - 32) / perLine
  return peers.map((peer, index) => {
    const left = 16 + (index % perLine) * column
    const top = 38 + Math.floor(index / perLine) * 18
    return `<rect x="${left}" y="${top}" width="11" height="11" fill="${colourOf(peers, peer)}"/>${text(left + 17, top + 10, peer, 'start')}`
  })
}

function colourOf(peers: readonly string[], peer: string): string {
  return COLOURS[peers.indexOf(peer) % COLOURS.length] ?? '#888888'
}

/** The names of workloads and peers are ours and hold nothing that XML would read. */
function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', kind = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${kind === '' ? '' : ` class="${kind}"`}>${content}</text>`
}
