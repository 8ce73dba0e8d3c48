import type { CleanUp } from '../../clean-up.ts'
import { runChild } from '../../run-child.ts'
import type { PlanningCost, PlanningTask } from './task.ts'

/** @throws Error where a document is not served */
export async function runPlanning(task: PlanningTask, cleanUp: CleanUp): Promise<PlanningCost> {
  // The young generation as `npm start` has it.
  const args = ['--max-semi-space-size=64', 'bench/size/planning/main.ts']
  return (await runChild(args, task, cleanUp)) as PlanningCost
}
