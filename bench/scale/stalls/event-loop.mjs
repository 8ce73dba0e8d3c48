// Imported into the process that is watched (`node --import`). Plain JavaScript, since it comes before what reads TypeScript.
// Writes the longest pause of its event loop in each tenth of a second to the file that EVENT_LOOP_FILE names, as lines
// `END MILLISECONDS`, with the end in milliseconds since the epoch.
import { appendFile } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const WINDOW_MS = 100
const file = process.env.EVENT_LOOP_FILE
if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  setInterval(() => {
    appendFile(file, `${Date.now()} ${delay.max / 1e6}\n`, () => {})
    delay.reset()
  }, WINDOW_MS).unref()
}
