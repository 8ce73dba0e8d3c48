import { parseCheckpoint } from '../note/checkpoint.ts'
import type { Finding } from './finding.ts'
import type { StoredOrigin } from './log-tables.ts'

export interface ActionsTask {
  readonly actions: readonly { readonly index: number; readonly text: string }[]
  readonly origins: readonly StoredOrigin[]
  readonly prunedBefore: number
  /** False: earlier records were verified before, and their actions are not here. */
  readonly whole: boolean
}

/** Whether each origin begins with the final checkpoint of the one before it, and what was pruned is on record. */
export function verifyActions({ actions, origins, prunedBefore, whole }: ActionsTask): readonly Finding[] {
  const findings: Finding[] = []
  const parsed = new Map(actions.map(({ index, text }) => [index, actionOf(text)]))
  if (
    origins.some(({ number }, i) => number !== i + (origins[0]?.number ?? 1)) ||
    origins[0]?.firstIndex !== 0
  )
    findings.push({ kind: 'origin-broken', index: undefined, message: 'an origin of the log is gone' })
  if (!whole) return findings
  for (const [i, origin] of origins.entries()) {
    const before = origins[i - 1]
    const index = origin.firstIndex
    if (before === undefined || index < prunedBefore) continue
    const checkpoint = parsed.get(index)?.checkpoint
    const size = index - before.firstIndex
    const closed =
      typeof checkpoint === 'string'
        ? parseCheckpoint(checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1))
        : undefined
    if (closed?.origin === before.origin && closed.size === size) continue
    const message = 'the origin does not begin with the final checkpoint of the one before it'
    findings.push({ kind: 'origin-broken', index, message })
  }
  const recorded = [...parsed.values()].some(
    ({ kind, before }) => kind === 'pruning' && before === prunedBefore,
  )
  if (prunedBefore > 0 && !recorded)
    findings.push({
      kind: 'pruning-unrecorded',
      index: 0,
      until: prunedBefore,
      message: 'these records are gone, and no pruning of them is on record',
    })
  return findings
}

function actionOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const record: unknown = JSON.parse(text)
    const action =
      typeof record === 'object' && record !== null && 'action' in record ? record.action : undefined
    return typeof action === 'object' && action !== null ? { ...action } : {}
  } catch {
    return {}
  }
}
