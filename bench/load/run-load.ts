import type { CleanUp } from '../clean-up.ts'
import { runChild } from '../run-child.ts'
import type { Load, LoadResult } from './load.ts'

/** @throws Error when the load process fails; a failing peer shows in `failures`. */
export async function runLoad(load: Load, cleanUp: CleanUp): Promise<LoadResult> {
  return (await runChild(['bench/load/main.ts'], load, cleanUp)) as LoadResult
}
