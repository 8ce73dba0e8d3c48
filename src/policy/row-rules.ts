import { Kind } from 'graphql'
import { argumentOf, namesArgument } from './arguments.ts'
import type { ObjectDefinition } from './definitions.ts'
import type { Model } from './governed-model.ts'
import type { ClaimUse, RowRule } from './row-condition.ts'
import { rowConditionOf } from './row-condition-of.ts'
import { directivesNamed, type TypeScope } from './scope.ts'

/** Every `@rows` of one type. `models` are those of the whole policy, as a condition may follow their relations. */
export function rowRulesOf(
  object: ObjectDefinition,
  model: Model,
  models: ReadonlyMap<string, Model>,
  scope: TypeScope,
): readonly RowRule[] {
  return directivesNamed(object, 'rows').flatMap((directive) => {
    const purposes = namesArgument(directive, 'for', 'Purpose', scope).map((name) => name.value)
    const where = argumentOf(directive, 'where')
    if (where === undefined) return []
    if (where.kind !== Kind.OBJECT) {
      scope.reporter.report(
        'PG107',
        where,
        '`where` of `@rows` is a condition',
        'write it as in a `where` argument: `{ field: { equals: … } }`',
      )
      return []
    }
    if (where.fields.length === 0)
      scope.reporter.report('PG706', where, 'the condition is empty and limits nothing')
    const claims: ClaimUse[] = []
    const condition = rowConditionOf(where, model, { scope, models, purposes, claims })
    return [{ purposes: [...new Set(purposes)].sort(), where: condition, claims }]
  })
}

/**
 * A rule stands on the type that it names and limits no other: where it limits the data subject, the types about it may be
 * a way around.
 */
export function checkWaysAround(models: ReadonlyMap<string, Model>, scope: TypeScope): void {
  for (const [name, model] of models) {
    const subject = models.get(model.subject?.model ?? '')
    if (!subject || subject === model) continue
    const open = limited(subject).filter(
      (purpose) =>
        !limited(model).includes(purpose) && [...model.fields.values()].some((f) => f.permits.has(purpose)),
    )
    const at = scope.definitions.objects.get(name)?.name
    for (const purpose of open)
      if (at)
        scope.reporter.report(
          'PG709',
          at,
          `\`@rows\` limits \`${subject.name}\` for \`${purpose}\`, and \`${name}\`, whose rows are about it, is not limited`,
          `add \`@rows(for: [${purpose}], where: …)\` here too`,
        )
  }
}

function limited(model: Model): readonly string[] {
  return model.rows.flatMap((rule) => rule.purposes)
}
