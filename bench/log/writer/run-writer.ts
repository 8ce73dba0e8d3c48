import type { CleanUp } from '../../clean-up.ts'
import { runChild } from '../../run-child.ts'
import type { WriterResult, WriterTask } from './task.ts'

/** @throws Error where an access could not be put on record */
export async function runWriter(task: WriterTask, cleanUp: CleanUp): Promise<WriterResult> {
  // The young generation as `npm start` has it.
  const args = ['--max-semi-space-size=64', 'bench/log/writer/main.ts']
  return (await runChild(args, task, cleanUp)) as WriterResult
}
