import { type ChoiceSite, giver, instantColumn, purposeColumn, requireArguments } from './choice-columns.ts'
import type { Model } from './governed-model.ts'
import { directivesNamed, type TypeScope } from './scope.ts'
import type { StoredChoice } from './stored-choice.ts'

/** The model that `@consent` marks; undefined where none does, or (reported) one that cannot serve. */
export function consentsOf(models: ReadonlyMap<string, Model>, scope: TypeScope): StoredChoice | undefined {
  const marked = markedModel('consent', models, scope)
  if (!marked) return undefined
  const { site, model, subject } = marked
  requireArguments(site, ['purpose', 'givenAt', 'withdrawnAt'])
  return {
    model: model.name,
    table: model.table,
    subject,
    purpose: purposeColumn(site),
    since: instantColumn(site, 'givenAt'),
    withdrawnAt: instantColumn(site, 'withdrawnAt'),
    expiresAt: instantColumn(site, 'expiresAt'),
    givenBy: giver(site),
  }
}

/** The model that `@objection` marks. */
export function objectionsOf(models: ReadonlyMap<string, Model>, scope: TypeScope): StoredChoice | undefined {
  const marked = markedModel('objection', models, scope)
  if (!marked) return undefined
  const { site, model, subject } = marked
  return {
    model: model.name,
    table: model.table,
    subject,
    purpose: purposeColumn(site),
    since: instantColumn(site, 'since'),
    withdrawnAt: instantColumn(site, 'withdrawnAt'),
    expiresAt: undefined,
    givenBy: undefined,
  }
}

const KINDS = {
  consent: { basis: 'CONSENT', noun: 'consents' },
  objection: { basis: 'LEGITIMATE_INTEREST', noun: 'objections' },
} as const

function markedModel(name: keyof typeof KINDS, models: ReadonlyMap<string, Model>, scope: TypeScope) {
  const { basis, noun } = KINDS[name]
  const [first, ...others] = [...scope.definitions.objects.values()].flatMap((object) =>
    directivesNamed(object, name).map((directive) => ({ type: object.name.value, directive })),
  )
  if (!first) return undefined
  for (const { directive, type } of others)
    if (type !== first.type)
      scope.reporter.report(
        'PG701',
        directive,
        `\`${type}\` stores ${noun}, and so does \`${first.type}\``,
        'keep one of the two',
      )
  const model = models.get(first.type)
  const entity = scope.dataModel.entities.get(scope.entityOfType.get(first.type) ?? '')
  if (!model || !entity) return undefined
  const site: ChoiceSite = { directive: first.directive, basis, noun, entity, scope }
  if (model.subject) return { site, model, subject: model.subject }
  scope.reporter.report(
    'PG704',
    first.directive,
    `\`${model.name}\` stores ${noun} and does not say whose they are`,
    'add `@subject(path: "…")`',
  )
  return undefined
}
