import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What came of some test files of a tree. */
export type TestRun =
  | { readonly kind: 'passed'; readonly tests: number }
  | { readonly kind: 'failed'; readonly test: string }
  /** No test had its say: the tree does not load, or the run took too long. */
  | { readonly kind: 'no verdict'; readonly reason: string }

export interface RunOptions {
  readonly workers: number
  readonly timeoutMs: number
  /** Superuser's URL of a database server that the tests may fill. */
  readonly serverUrl: string
}

const running = new Set<ChildProcess>()
// What a fault left under way ends with us, however we end.
process.on('exit', () => running.forEach(killGroup))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))

interface Report {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/**
 * Runs test files in a tree, up to the first test that fails. The same seeds as in continuous integration, so that a fault
 * that is caught today is caught tomorrow.
 */
export async function runTests(
  root: string,
  files: readonly string[],
  { workers, timeoutMs, serverUrl }: RunOptions,
): Promise<TestRun> {
  const report = join(root, 'report.json')
  await rm(report, { force: true })
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const flags = ['--bail=1', `--maxWorkers=${workers}`, '--reporter=json', `--outputFile=${report}`]
  const child = spawn(process.execPath, [program, 'run', ...flags, ...files], {
    cwd: root,
    env: { ...process.env, CI: 'true', TEST_SERVER_URL: serverUrl },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  running.add(child)
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-2_000)
  })
  const ended = await new Promise<'ended' | 'late'>((resolve) => {
    const timer = setTimeout(() => resolve('late'), timeoutMs)
    const done = (): void => {
      clearTimeout(timer)
      resolve('ended')
    }
    child.once('error', done).once('exit', done)
  })
  killGroup(child)
  running.delete(child)
  if (ended === 'late') return { kind: 'no verdict', reason: `no end within ${timeoutMs / 1_000} s` }
  const text = await readFile(report, 'utf8').catch(() => undefined)
  if (text === undefined) return { kind: 'no verdict', reason: complaint.trim() }
  return verdictOf(JSON.parse(text) as Report, root)
}

function verdictOf(report: Report, root: string): TestRun {
  for (const { name, assertionResults } of report.testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed')
    if (failed) return { kind: 'failed', test: `${name.replace(`${root}/`, '')} › ${failed.fullName}` }
  }
  // A file whose tests are all skipped says nothing either.
  const silent = report.testResults.find(
    ({ status, assertionResults }) =>
      status !== 'passed' || assertionResults.every((test) => test.status !== 'passed'),
  )
  if (silent) return { kind: 'no verdict', reason: `${silent.name}: ${silent.message || 'no test was run'}` }
  return { kind: 'passed', tests: report.numPassedTests }
}

/** The whole group, so that nothing that the tests started stays behind. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
