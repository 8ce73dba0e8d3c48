import type { ASTNode } from 'graphql'
import { argumentOf } from './arguments.ts'
import type { CoherenceScope } from './coherence-scope.ts'
import type { Entity } from './data-model.ts'
import type { Field, Model } from './governed-model.ts'
import { leadsIndex } from './leads-index.ts'
import type { RuleId } from './rules.ts'
import { directivesNamed } from './scope.ts'
import type { StoredChoice } from './stored-choice.ts'

/**
 * What requests look up by because the policy says so, and not because somebody asked: foreign keys on the way to the data
 * subject, of served lists, and of whoever made a choice. The database makes an index for none of them by itself, and
 * without one each row of an answer costs a walk through a whole table. A foreign key is reported once, where it stands in
 * a path of its own type if it does.
 */
export function checkIndexes(scope: CoherenceScope, choices: readonly (StoredChoice | undefined)[]): void {
  const report = reporterOf(scope)
  const types = [...scope.models.values()]
  for (const model of types) checkPath(scope, model, 1, report)
  for (const model of types) checkPath(scope, model, Number.POSITIVE_INFINITY, report)
  for (const choice of choices) if (choice) checkChoice(scope, choice, report)
  for (const model of types) for (const field of model.fields.values()) checkList(scope, model, field, report)
}

type Report = (
  id: RuleId,
  at: ASTNode,
  entity: Entity | undefined,
  columns: readonly string[],
  message: (fields: string) => string,
) => void

function reporterOf({ reporter }: CoherenceScope): Report {
  const reported = new Set<string>()
  return (id, at, entity, columns, message) => {
    if (entity === undefined || columns.length === 0) return
    const names = fieldNames(entity, columns)
    const key = `${entity.name} ${names.join()}`
    if (leadsIndex(entity, names) || reported.has(key)) return
    reported.add(key)
    const fields = names.map((name) => `\`${entity.name}.${name}\``).join(' and ')
    reporter.report(
      id,
      at,
      message(fields),
      `add \`@@index([${names.join(', ')}])\` to the model \`${entity.name}\` of the data model`,
    )
  }
}

function fieldNames(entity: Entity, columns: readonly string[]): readonly string[] {
  const fields = [...entity.fields.values()]
  return columns.map(
    (column) => fields.find((field) => field.kind === 'scalar' && field.column === column)?.name ?? column,
  )
}

function entityOf({ dataModel, entityOfType }: CoherenceScope, type: string): Entity | undefined {
  return dataModel.entities.get(entityOfType.get(type) ?? '')
}

function checkPath(scope: CoherenceScope, model: Model, steps: number, report: Report): void {
  const object = scope.definitions.objects.get(model.name)
  const [subject] = object ? directivesNamed(object, 'subject') : []
  let entity = entityOf(scope, model.name)
  for (const step of model.subject?.steps.slice(0, steps) ?? []) {
    const at = subject && (argumentOf(subject, 'path') ?? subject)
    if (at)
      report(
        'PG414',
        at,
        entity,
        step.join.map(({ from }) => from),
        (fields) =>
          `the path to the data subject goes by ${fields}, with which no index begins; the rows of one data subject cannot be found without reading all`,
      )
    entity = scope.dataModel.entities.get(step.target)
  }
}

function checkChoice(scope: CoherenceScope, { model, givenBy }: StoredChoice, report: Report): void {
  const object = scope.definitions.objects.get(model)
  if (object && givenBy)
    report(
      'PG415',
      object.name,
      entityOf(scope, model),
      givenBy.join.map(({ from }) => from),
      (fields) => `choices are looked up by ${fields}, with which no index begins`,
    )
}

function checkList(scope: CoherenceScope, model: Model, field: Field, report: Report): void {
  if (field.kind !== 'relation' || !field.many || field.permits.size === 0) return
  const node = scope.definitions.objects.get(model.name)?.fields.find(({ name }) => name.value === field.name)
  // Where the type stands for another model, which is a finding of its own, the data model is right.
  const stored = entityOf(scope, model.name)?.fields.get(field.name)
  if (node && stored?.kind === 'relation')
    report(
      'PG415',
      node.name,
      scope.dataModel.entities.get(stored.target),
      stored.join.map(({ to }) => to),
      (fields) => `the list \`${field.coordinate}\` is looked up by ${fields}, with which no index begins`,
    )
}
