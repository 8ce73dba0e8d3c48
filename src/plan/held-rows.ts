import { invariant } from '../invariant.ts'
import type { JoinPair } from '../policy/data-model.ts'
import type { Model } from '../policy/governed-model.ts'
import type { HoldDate, LegalHold } from '../policy/keeping.ts'
import type { Policy } from '../policy/policy.ts'
import type { SubjectPath } from '../policy/subject-path.ts'
import type { Comparison, Condition } from './condition.ts'
import { along, type Step, storedColumn } from './stored-condition.ts'

/** A model whose rows are legal holds. */
export type HoldModel = Model & { readonly legalHold: LegalHold; readonly subject: SubjectPath }

/** The model that holds the legal holds on whom rows of `model` are about; the compiler lets there be one. */
export function holdsOn(policy: Policy, { subject }: Model): HoldModel | undefined {
  if (!subject) return undefined
  return [...policy.models.values()].find(
    (candidate): candidate is HoldModel =>
      candidate.legalHold !== undefined && candidate.subject?.model === subject.model,
  )
}

/**
 * Rows whose data subject is under a hold.
 *
 * @param when `begun`: only holds that are in force, for reading. `not ended`: those that are yet to begin as well, which
 * protect from deletion; so a clock that is a little behind never deletes under a hold that was just placed.
 */
export function heldRows(holds: HoldModel, model: Model, when: 'begun' | 'not ended'): Condition {
  const { subject } = model
  const { since, until } = holds.legalHold
  invariant(subject, 'a hold is on the subject of a row')
  const ended: Condition[] = until
    ? [{ kind: 'or', operands: [{ kind: 'isNull', field: field(until), negated: false }, at(until, 'gt')] }]
    : []
  const operands = when === 'begun' ? [at(since, 'lte'), ...ended] : ended
  return along(stepsBetween(subject, holds), { kind: 'and', operands })
}

/** Up to the subject and down to its holds; the subject's own table is left out where both sides name its key. */
function stepsBetween(row: SubjectPath, holds: HoldModel): readonly Step[] {
  const up: Step[] = row.steps.map(({ join, table }) => ({ join, table }))
  const down: Step[] = holds.subject.steps
    .map(({ join }, i, steps) => ({ join: reversed(join), table: steps[i - 1]?.table ?? holds.table }))
    .reverse()
  const last = up.at(-1)
  const first = down[0]
  const met = last && first && joined(last.join, first.join)
  return met && first
    ? [...up.slice(0, -1), { join: met, table: first.table }, ...down.slice(1)]
    : [...up, ...down]
}

function reversed(join: readonly JoinPair[]): readonly JoinPair[] {
  return join.map(({ from, to }) => ({ from: to, to: from }))
}

/** Two joins that meet in the same columns of one table, as one; undefined where they do not. */
function joined(up: readonly JoinPair[], down: readonly JoinPair[]): readonly JoinPair[] | undefined {
  if (up.length !== down.length) return undefined
  const pairs = up.flatMap(({ from, to }) =>
    down.filter((other) => other.from === to).map((other) => ({ from, to: other.to })),
  )
  return pairs.length === up.length ? pairs : undefined
}

function at(date: HoldDate, operator: Comparison): Condition {
  return { kind: 'compare', field: field(date), operator, insensitive: false, value: { kind: 'now' } }
}

function field({ column, sqlType }: HoldDate) {
  return storedColumn(column, 'DateTime', sqlType)
}
