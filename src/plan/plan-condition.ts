import type { Field, Model, RelationField, ScalarField } from '../policy/governed-model.ts'
import type { Condition, Quantifier } from './condition.ts'
import { entriesOf, type Input, isNull, itemsOf, leafValueOf, listValueOf, nameOf } from './input.ts'
import { InvalidInput, type PlanScope } from './plan-scope.ts'

const TRUE: Condition = { kind: 'and', operands: [] }

/**
 * A `where` argument as a condition, every field in it decided on as an argument. Where a field is blocked the condition
 * is not used: the field that carries the argument is blocked whole, because a filter cannot be pruned without changing
 * what the answer means.
 */
export function planCondition(
  scope: PlanScope,
  model: Model,
  where: Input,
  path: readonly string[],
): Condition {
  const operands = entriesOf(where, scope.variables).map(([key, input]): Condition => {
    if (isNull(input))
      throw new InvalidInput(
        `\`${key}\` in \`where\` is null; to look for null write \`{ equals: null }\` or \`{ is: null }\``,
      )
    const nested = () =>
      itemsOf(input, scope.variables).map((item) =>
        scope.condition(() => planCondition(scope, model, item, path)),
      )
    switch (key) {
      case 'AND':
        return { kind: 'and', operands: nested() }
      case 'OR':
        return { kind: 'or', operands: nested() }
      case 'NOT':
        return { kind: 'and', operands: nested().map((operand) => ({ kind: 'not', operand })) }
      default:
        return scope.condition(() => planField(scope, model.fields.get(key), input, path))
    }
  })
  return operands.length === 1 && operands[0] ? operands[0] : { kind: 'and', operands }
}

function planField(
  scope: PlanScope,
  field: Field | undefined,
  input: Input,
  path: readonly string[],
): Condition {
  if (!field) throw new InvalidInput('`where` names a field that does not exist')
  scope.argument(field, path)
  return field.kind === 'scalar' ? planScalar(scope, field, input) : planRelation(scope, field, input, path)
}

function planScalar(scope: PlanScope, field: ScalarField, filter: Input): Condition {
  const entries = entriesOf(filter, scope.variables)
  const insensitive = entries.some(([key, input]) => key === 'mode' && nameOf(input) === 'INSENSITIVE')
  const type = scope.inputType(field.enumName ?? field.type)
  const operands = entries.flatMap(([key, input]): Condition[] => {
    if (isNull(input) && key !== 'equals' && key !== 'not')
      throw new InvalidInput(
        `\`${key}\` of \`${field.name}\` in \`where\` is null; only \`equals\` and \`not\` take null`,
      )
    switch (key) {
      case 'mode':
        return []
      case 'equals':
      case 'not':
        return isNull(input)
          ? [{ kind: 'isNull', field, negated: key === 'not' }]
          : [{ kind: 'compare', field, operator: key, insensitive, value: leafValueOf(input, type) }]
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return [{ kind: 'compare', field, operator: key, insensitive, value: leafValueOf(input, type) }]
      case 'in':
      case 'notIn':
        return [
          {
            kind: 'in',
            field,
            negated: key === 'notIn',
            insensitive,
            values: listValueOf(input, type, scope.variables),
          },
        ]
      case 'contains':
      case 'startsWith':
      case 'endsWith':
        return [{ kind: 'match', field, match: key, insensitive, value: leafValueOf(input, type) }]
      default:
        throw new InvalidInput(`\`where\` has an operator on \`${field.name}\` that does not exist`)
    }
  })
  return { kind: 'and', operands }
}

const QUANTIFIERS: ReadonlySet<string> = new Set<Quantifier>(['some', 'every', 'none', 'is', 'isNot'])

function isQuantifier(key: string): key is Quantifier {
  return QUANTIFIERS.has(key)
}

function planRelation(
  scope: PlanScope,
  field: RelationField,
  filter: Input,
  path: readonly string[],
): Condition {
  const target = scope.policy.models.get(field.target)
  if (!target) throw new InvalidInput('`where` follows a relation that is not governed')
  const operands = entriesOf(filter, scope.variables).map(([quantifier, input]): Condition => {
    if (!isQuantifier(quantifier))
      throw new InvalidInput(`\`where\` has an operator on \`${field.name}\` that does not exist`)
    scope.relationCondition()
    if (!isNull(input))
      return {
        kind: 'relation',
        field,
        target,
        quantifier,
        condition: planCondition(scope, target, input, path),
      }
    if (quantifier === 'is' || quantifier === 'isNot')
      return { kind: 'relation', field, target, quantifier, condition: undefined }
    throw new InvalidInput(
      `\`${quantifier}\` of \`${field.name}\` in \`where\` is null; write \`{}\` for any row`,
    )
  })
  return operands.length === 0 ? TRUE : { kind: 'and', operands }
}
