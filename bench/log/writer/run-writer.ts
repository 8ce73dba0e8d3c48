import type { CleanUp } from '../../clean-up.ts'
import { runChild } from '../../run-child.ts'
import { START_FLAGS } from '../../start-flags.ts'
import type { WriterResult, WriterTask } from './task.ts'

/** @throws Error where an access could not be put on record */
export async function runWriter(task: WriterTask, cleanUp: CleanUp): Promise<WriterResult> {
  const args = [...START_FLAGS, 'bench/log/writer/main.ts']
  return (await runChild(args, task, cleanUp)) as WriterResult
}
