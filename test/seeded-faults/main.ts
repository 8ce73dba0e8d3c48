import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { startOwnCluster } from '../server-cluster.ts'
import { FAULTS } from './all.ts'
import type { Fault } from './fault.ts'
import { faultyText } from './faulty-text.ts'
import { runTests, type TestRun } from './run-tests.ts'
import { copyTree, type TreeCopy } from './tree-copy.ts'

// `npm run test:faults [-- --only N]`: seeds each deliberate fault into a copy of the checkout, one at a time, and demands
// that a test fails.
const PARALLEL = 2
const BASE_TIMEOUT_MS = 600_000
const FAULT_TIMEOUT_MS = 240_000

const only = onlyOf(process.argv.slice(2))
const chosen = FAULTS.map((fault, i) => ({ fault, number: i + 1 })).filter(
  ({ number }) => only?.includes(number) ?? true,
)

// Before anything is run: a fault that fits nowhere is no fault.
for (const { fault } of chosen) faultyText(fault, await readFile(join(PACKAGE_ROOT, fault.file), 'utf8'))

const began = performance.now()
const server = await startOwnCluster({ max_connections: '300' })
const copies = await Promise.all(Array.from({ length: PARALLEL }, copyTree))
const verdicts: TestRun[] = []
try {
  await expectSound(copies[0] as TreeCopy)
  const queue = chosen.values()
  const work = async ({ root }: TreeCopy): Promise<void> => {
    for (const next of queue) verdicts.push(await tryFault(root, next))
  }
  await Promise.all(copies.map(work))
} catch (error) {
  console.error((error as Error).message)
} finally {
  await Promise.all(copies.map((copy) => copy.remove()))
  await server.stop()
}
const caught = verdicts.filter(({ kind }) => kind === 'failed').length
const silent = verdicts.filter(({ kind }) => kind === 'no verdict').length
const seconds = ((performance.now() - began) / 1_000).toFixed(0)
console.log(
  `faults: ${caught} of ${chosen.length} caught, ${verdicts.length - caught - silent} uncaught, ${silent} without a verdict, ${seconds} s`,
)
process.exitCode = caught === chosen.length ? 0 : 1

/** Numbers of faults; undefined: all. Ends the process where there is nothing to run. */
function onlyOf(args: readonly string[]): readonly number[] | undefined {
  const usage = `usage: npm run test:faults -- [--only N[,N…]], N from 1 to ${FAULTS.length}`
  try {
    const options = { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
    const { values } = parseArgs({ args: [...args], options })
    const only = values.only?.split(',').map(Number)
    if (!values.help && !only?.some((number) => !FAULTS[number - 1])) return only
    console[values.help ? 'log' : 'error'](usage)
    process.exit(values.help ? 0 : 2)
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}

/** A test that fails without any fault would catch every one. @throws where one does */
async function expectSound({ root }: TreeCopy): Promise<void> {
  const files = [...new Set(chosen.flatMap(({ fault }) => fault.tests))]
  const run = await runTests(root, files, {
    workers: PARALLEL,
    timeoutMs: BASE_TIMEOUT_MS,
    serverUrl: server.url('postgres'),
  })
  if (run.kind !== 'passed') throw new Error(`without any fault: ${describe(run)}`)
  console.log(`without any fault: ${run.tests} tests in ${files.length} files pass`)
}

async function tryFault(
  root: string,
  { fault, number }: { readonly fault: Fault; readonly number: number },
): Promise<TestRun> {
  const path = join(root, fault.file)
  const text = await readFile(path, 'utf8')
  const since = performance.now()
  await writeFile(path, faultyText(fault, text))
  const run = await runTests(root, fault.tests, {
    workers: 1,
    timeoutMs: FAULT_TIMEOUT_MS,
    serverUrl: server.url('postgres'),
  })
  await writeFile(path, text)
  const seconds = ((performance.now() - since) / 1_000).toFixed(1)
  console.log(`${number} ${fault.file}: ${fault.name}\n  ${describe(run)} (${seconds} s)`)
  return run
}

function describe(run: TestRun): string {
  switch (run.kind) {
    case 'failed':
      return `caught by ${run.test}`
    case 'passed':
      return `UNCAUGHT: ${run.tests} tests pass`
    case 'no verdict':
      return `NO VERDICT: ${run.reason}`
  }
}
