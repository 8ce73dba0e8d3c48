import type { Model } from '../policy/governed-model.ts'
import type { Retention } from '../policy/keeping.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { Comparison, Condition } from './condition.ts'
import { heldRows, holdsOn } from './held-rows.ts'
import type { RowLimit } from './row-limit.ts'
import { along, storedColumn } from './stored-condition.ts'

/** Rows within their retention; and, for purposes that a legal hold serves, rows of subjects under one. */
export function retainedRows(policy: Policy, model: Model, purpose: Purpose): readonly RowLimit[] {
  if (!model.retention) return []
  const words = termWords(model.retention)
  const kept = keptRows(model.retention)
  const holds = holdsOn(policy, model)
  if (!holds?.legalHold.readableFor.includes(purpose.name)) return [{ words, condition: kept }]
  const condition: Condition = { kind: 'or', operands: [kept, heldRows(holds, model, 'begun')] }
  return [{ words: `${words}, or about a data subject under a legal hold`, condition }]
}

/** As a privacy officer would say it; `@retention` has the same parts. */
function termWords({ period, from, yearStarts, law }: Retention): string {
  const since = `${yearStarts ? 'the end of the accounting year of ' : ''}\`${from.path}\``
  return `within ${period} of ${since}${from.openEnded ? ', or without that date' : ''} (${law})`
}

/** Rows whose period has run out, so that their date lies before the cutoff. A row without a date is none of them. */
export function expiredRows(retention: Retention): Condition {
  return along(retention.from.steps, dated(retention, 'lt'))
}

/** Not the mere opposite: a row whose date cannot be found is served only where the policy says so. */
function keptRows(retention: Retention): Condition {
  const { steps, openEnded } = retention.from
  if (!openEnded) return along(steps, dated(retention, 'gte'))
  if (steps.length > 0) return { kind: 'not', operand: expiredRows(retention) }
  const isNull: Condition = { kind: 'isNull', field: dateField(retention), negated: false }
  return { kind: 'or', operands: [isNull, dated(retention, 'gte')] }
}

function dated(retention: Retention, operator: Comparison): Condition {
  return {
    kind: 'compare',
    field: dateField(retention),
    operator,
    insensitive: false,
    value: { kind: 'cutoff', retention },
  }
}

function dateField({ from }: Retention) {
  return storedColumn(from.column, from.type, from.sqlType)
}
