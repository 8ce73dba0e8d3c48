import { invariant } from '../invariant.ts'
import type { Model, RelationField, ScalarField } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { RowCondition } from '../policy/row-condition.ts'
import type { Condition } from './condition.ts'
import { rowConditionWords } from './row-condition-words.ts'
import type { RowLimit } from './row-limit.ts'

/** `@rows`: what the policy says of the rows of this very type. */
export function declaredLimits(policy: Policy, model: Model, purpose: Purpose): readonly RowLimit[] {
  return model.rows
    .filter((rule) => rule.purposes.includes(purpose.name))
    .map(({ where }) => ({
      words: `that fulfil ${rowConditionWords(where)}`,
      condition: conditionOf(policy, model, where),
    }))
}

/** The compiler has checked every name; a name that is unknown here is a fault of ours, and nothing is read. */
function conditionOf(policy: Policy, model: Model, where: RowCondition): Condition {
  switch (where.kind) {
    case 'and':
    case 'or':
      return { kind: where.kind, operands: where.operands.map((one) => conditionOf(policy, model, one)) }
    case 'not':
      return { kind: 'not', operand: conditionOf(policy, model, where.operand) }
    case 'relation': {
      const field = relation(model, where.field)
      const target = policy.models.get(field.target)
      invariant(target, 'a relation leads to a governed model')
      const condition = where.condition && conditionOf(policy, target, where.condition)
      return { ...where, field, target, condition }
    }
    case 'compare':
      return { ...where, field: scalar(model, where.field) }
    case 'isNull':
      return { ...where, field: scalar(model, where.field) }
    case 'in':
      return { ...where, field: scalar(model, where.field) }
    case 'match':
      return { ...where, field: scalar(model, where.field) }
  }
}

function scalar(model: Model, name: string): ScalarField {
  const field = model.fields.get(name)
  invariant(field?.kind === 'scalar', 'a condition on rows compares fields of its model')
  return field
}

function relation(model: Model, name: string): RelationField {
  const field = model.fields.get(name)
  invariant(field?.kind === 'relation', 'a condition on rows follows relations of its model')
  return field
}
