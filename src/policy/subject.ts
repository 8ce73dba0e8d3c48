import type { ConstDirectiveNode } from 'graphql'
import { invariant } from '../invariant.ts'
import { type TextNode, textArgument } from './arguments.ts'
import type { Entity, StoredRelation } from './data-model.ts'
import type { ObjectDefinition } from './definitions.ts'
import { didYouMean } from './did-you-mean.ts'
import { keyOf } from './key.ts'
import { directivesNamed, type TypeScope } from './scope.ts'
import type { SubjectPath, SubjectStep } from './subject-path.ts'

/** Whom a row is about: the row itself, or what a path of to-one relations leads to. */
export function subjectOf(
  object: ObjectDefinition,
  entity: Entity | undefined,
  scope: TypeScope,
): SubjectPath | undefined {
  const name = object.name.value
  const [subject] = directivesNamed(object, 'subject')
  if (subject === undefined) {
    if ([object, ...object.fields].some((node) => directivesNamed(node, 'personal').length > 0))
      scope.reporter.report(
        'PG504',
        object.name,
        `\`${name}\` has personal fields and does not say whom a row is about`,
        'add `@subject(path: "…")`, or `@subject` if the type is the data subject',
      )
    return undefined
  }
  const path = textArgument(subject, 'path', scope)
  if (entity === undefined) return undefined
  if (path === undefined) return { model: name, steps: [], key: keyOf(entity) }
  return followed(path, entity, scope)
}

function followed(path: TextNode, start: Entity, scope: TypeScope): SubjectPath | undefined {
  const steps: SubjectStep[] = []
  let entity = start
  for (const name of path.text.split('.')) {
    const relation = toOne(name, entity, path, scope)
    if (relation === undefined) return undefined
    const target = scope.dataModel.entities.get(relation.target)
    if (target === undefined) {
      scope.reporter.report(
        'PG501',
        path.node,
        `\`${entity.name}.${name}\` leads to \`${relation.target}\`, which cannot be read`,
      )
      return undefined
    }
    steps.push({ relation: name, target: target.name, table: target.table, join: relation.join })
    entity = target
  }
  const model = subjectType(entity, scope)
  if (model === undefined) {
    scope.reporter.report(
      'PG503',
      path.node,
      `the path ends at \`${entity.name}\`, which is not a data subject`,
      'end it at the model of a type with `@subject` and no path',
    )
    return undefined
  }
  return { model, steps, key: keyOf(entity) }
}

function toOne(
  name: string,
  entity: Entity,
  path: TextNode,
  { reporter }: TypeScope,
): StoredRelation | undefined {
  const field = entity.fields.get(name)
  const relations = [...entity.fields.values()].filter((other) => other.kind === 'relation' && !other.list)
  if (name === '')
    reporter.report(
      'PG501',
      path.node,
      path.text === '' ? 'the path is empty' : `the path \`${path.text}\` has an empty step`,
      'leave `path` out if the type is the data subject',
    )
  else if (field === undefined)
    reporter.report(
      'PG501',
      path.node,
      `the model \`${entity.name}\` has no relation \`${name}\``,
      didYouMean(
        name,
        relations.map((other) => other.name),
      ),
    )
  else if (field.kind === 'scalar')
    reporter.report('PG501', path.node, `\`${entity.name}.${name}\` is not a relation`)
  else if (field.list)
    reporter.report(
      'PG501',
      path.node,
      `\`${entity.name}.${name}\` leads to many`,
      'a row is about one data subject',
    )
  else {
    if (!field.required)
      reporter.report(
        'PG502',
        path.node,
        `\`${entity.name}.${name}\` can be null, and such a row is about nobody`,
        'make the relation required in the data model',
      )
    return field
  }
  return undefined
}

function subjectType(entity: Entity, { definitions, typeOfEntity }: TypeScope): string | undefined {
  const type = typeOfEntity.get(entity.name)
  if (type === undefined) return undefined
  const object = definitions.objects.get(type)
  invariant(object !== undefined, 'a mapped type is defined')
  return directivesNamed(object, 'subject').some(isWithoutPath) ? type : undefined
}

function isWithoutPath(subject: ConstDirectiveNode): boolean {
  return !subject.arguments?.some(({ name, value }) => name.value === 'path' && value.kind !== 'NullValue')
}
