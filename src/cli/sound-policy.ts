import { ExpectedFailure } from '../expected-failure.ts'
import type { Checked } from '../policy/compile.ts'
import type { DataModel } from '../policy/data-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { CliContext } from './command.ts'
import { formatFindings, summaryOf } from './format-findings.ts'
import { loadPolicy } from './load-policy.ts'

/**
 * As `loadPolicy`, for commands that can do nothing with a policy that is refused: its findings are written.
 *
 * @throws ExpectedFailure with exit code 1 where it is refused, with 2 where there is nothing to read
 */
export async function soundPolicy(context: CliContext): Promise<Sound> {
  return soundOf(await loadPolicy(context), context)
}

export interface Sound {
  readonly policy: Policy
  readonly dataModel: DataModel
}

/** @throws ExpectedFailure with exit code 1 where it is refused */
export function soundOf(compiled: Checked, { err, colour }: Pick<CliContext, 'err' | 'colour'>): Sound {
  const { policy, dataModel } = compiled
  if (policy) return { policy, dataModel }
  const { findings } = compiled
  for (const line of formatFindings(findings, colour)) err(line)
  throw new ExpectedFailure(summaryOf(findings, policy), 1)
}
