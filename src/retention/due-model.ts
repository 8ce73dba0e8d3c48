import { type HoldModel, holdsOn } from '../plan/held-rows.ts'
import type { Model } from '../policy/governed-model.ts'
import type { Retention } from '../policy/keeping.ts'
import type { Policy } from '../policy/policy.ts'

/** A model whose rows can come to be due, and where the holds on their subjects are. */
export interface DueModel {
  readonly model: Model
  readonly retention: Retention
  readonly holds: HoldModel | undefined
}

/** Every model with a retention, by name. */
export function dueModelsOf(policy: Policy): readonly DueModel[] {
  return [...policy.models.values()]
    .flatMap((model) =>
      model.retention ? [{ model, retention: model.retention, holds: holdsOn(policy, model) }] : [],
    )
    .sort((a, b) => (a.model.name < b.model.name ? -1 : 1))
}
