import type { CleanUp } from '../../clean-up.ts'
import { runChild } from '../../run-child.ts'
import { START_FLAGS } from '../../start-flags.ts'
import type { PlanningCost, PlanningTask } from './task.ts'

/** @throws Error where a document is not served */
export async function runPlanning(task: PlanningTask, cleanUp: CleanUp): Promise<PlanningCost> {
  const args = [...START_FLAGS, 'bench/size/planning/main.ts']
  return (await runChild(args, task, cleanUp)) as PlanningCost
}
