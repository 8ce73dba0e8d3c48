import type { AggregateSelection } from './aggregate-selection.ts'
import type { Condition, Value } from './condition.ts'
import type { Plan } from './plan.ts'
import { resolveValue } from './resolve-value.ts'
import type { VariableValues } from './variable-shape.ts'

/**
 * The questions about groups that one request asks, each as a canonical text: which rows (`where` with its values), cut up
 * how (`groupBy`, in any order). What is calculated is not part of it: all figures about the same groups are one question.
 * Two spellings of one filter may count as two questions, never two filters as one. The texts hold values: they are for
 * hashing, not for keeping.
 */
export function aggregateQuestions(plan: Plan, variables: VariableValues): readonly string[] {
  const texts = plan.roots.flatMap((root) =>
    root.kind === 'aggregate' && root.aggregate.groups ? [questionText(root.aggregate, variables)] : [],
  )
  return [...new Set(texts)]
}

function questionText({ model, where, groupBy }: AggregateSelection, variables: VariableValues): string {
  return JSON.stringify([
    model.name,
    where ? conditionParts(where, variables) : null,
    groupBy.map(({ field }) => field.name).sort(),
  ])
}

function conditionParts(condition: Condition, variables: VariableValues): unknown {
  const bound = (value: Value) => resolveValue(value, variables) ?? null
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [condition.kind, ...condition.operands.map((operand) => conditionParts(operand, variables))]
    case 'not':
      return [condition.kind, conditionParts(condition.operand, variables)]
    case 'compare': {
      const { kind, field, operator, insensitive, value } = condition
      return [kind, field.coordinate, operator, insensitive, bound(value)]
    }
    case 'isNull':
      return [condition.kind, condition.field.coordinate, condition.negated]
    case 'in': {
      const { kind, field, negated, insensitive, values } = condition
      return [kind, field.coordinate, negated, insensitive, bound(values)]
    }
    case 'match': {
      const { kind, field, match, insensitive, value } = condition
      return [kind, field.coordinate, match, insensitive, bound(value)]
    }
    case 'relation': {
      const { kind, field, quantifier, condition: inner } = condition
      return [kind, field.coordinate, quantifier, inner ? conditionParts(inner, variables) : null]
    }
    case 'own':
    case 'choice':
      // Conditions of the policy are no part of a question: nobody chooses them.
      return [condition.kind]
  }
}
