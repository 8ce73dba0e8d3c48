import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plotOf } from './plot.ts'
import { markdownOf, type Report } from './report.ts'

const RESULTS = 'bench/results'

/** @returns path of the Markdown */
export async function keepReport(report: Report): Promise<string> {
  await mkdir(RESULTS, { recursive: true })
  const name = report.at.replaceAll(':', '').replace(/\.\d+Z$/, 'Z')
  const path = join(RESULTS, name)
  const plotted = Object.keys(report.ratios).length > 0
  await writeFile(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`)
  await writeFile(`${path}.md`, markdownOf(report, plotted ? `${name}.svg` : undefined))
  if (plotted) await writeFile(`${path}.svg`, plotOf(report))
  return `${path}.md`
}
