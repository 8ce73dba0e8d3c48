import { cleanUpOnSignals, createCleanUp } from './clean-up.ts'
import { HELP, parseCommandLine } from './command-line.ts'
import { keepReport } from './keep-report.ts'
import { figuresOf, tablesOf } from './report.ts'
import { runBench } from './run-bench.ts'

/** Progress goes to stderr, so that stdout is the result alone. */
const log = (line: string): void => console.error(line)
const cleanUp = createCleanUp()
cleanUpOnSignals(cleanUp)

try {
  const commandLine = parseCommandLine(process.argv.slice(2))
  if (commandLine === undefined) console.log(HELP)
  else {
    const report = await runBench(commandLine, cleanUp, log)
    log(`bench: kept in ${await keepReport(report)}, with .json`)
    console.log(
      commandLine.json ? JSON.stringify(report) : `${tablesOf(report)}\n\nbench: ${figuresOf(report)}`,
    )
  }
} catch (error) {
  if (!cleanUp.begun) log(`bench failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await cleanUp.run()
}
// Sockets of peers that were just stopped may linger.
process.exit()
