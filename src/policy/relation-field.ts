import { print } from 'graphql'
import { checkNullability } from './check-nullability.ts'
import type { StoredRelation } from './data-model.ts'
import type { FieldSite } from './field-site.ts'
import type { RelationField } from './governed-model.ts'

/** Checks a field that leads to another governed type. Undefined where the relation is missing or something else is stored. */
export function relationField(site: FieldSite): RelationField | undefined {
  const { node, coordinate, shape, declared, stored, scope } = site
  const target = shape.named.name.value
  for (const { transform, transformNode } of declared.declarations)
    if (transform !== 'AS_IS' && transformNode)
      scope.reporter.report(
        'PG306',
        transformNode,
        `\`${transform}\` stands on \`${coordinate}\`, which is a relation`,
        'declare it on the fields of the target',
      )
  if (stored === undefined) return undefined
  if (stored.kind === 'scalar') {
    scope.reporter.report(
      'PG405',
      node.type,
      `\`${coordinate}\` is \`${target}\` and stored as \`${stored.enumName ?? stored.sqlType}\``,
      'only a relation of the data model leads to a type',
    )
    return undefined
  }
  checkCardinality(site, stored)
  checkTarget(site, stored)
  if (stored.join.length === 0)
    scope.reporter.report(
      'PG409',
      node.type,
      `\`${coordinate}\` is a many-to-many relation without a model of its own`,
      'make the join table a model of the data model and govern it by a type',
    )
  return {
    kind: 'relation',
    name: node.name.value,
    coordinate,
    description: node.description?.value ?? '',
    category: declared.category,
    permits: declared.permits,
    target,
    many: stored.list,
    nonNull: shape.nonNull,
    join: stored.join,
  }
}

/** Many is `[T!]!` and nothing else: there is always a list, and never a hole in it. */
function checkCardinality(site: FieldSite, stored: StoredRelation): void {
  const { node, coordinate, shape, scope } = site
  const asMany = shape.list && shape.nonNull && shape.elementsNonNull && !shape.nested
  if (stored.list ? asMany : !shape.list) {
    checkNullability(site)
    return
  }
  const target = shape.named.name.value
  scope.reporter.report(
    'PG406',
    node.type,
    `\`${coordinate}\` is \`${print(node.type)}\` and leads to ${stored.list ? 'many' : 'one'} in the data model`,
    `write \`${stored.list ? `[${target}!]!` : target}\``,
  )
}

function checkTarget({ node, coordinate, shape, scope }: FieldSite, stored: StoredRelation): void {
  const entity = scope.entityOfType.get(shape.named.name.value)
  // A type that stands for no model is reported where it is defined.
  if (entity === undefined || entity === stored.target) return
  const fitting = scope.typeOfEntity.get(stored.target)
  scope.reporter.report(
    'PG408',
    node.type,
    `\`${coordinate}\` leads to \`${stored.target}\`, and \`${shape.named.name.value}\` stands for \`${entity}\``,
    fitting === undefined
      ? `declare a type with \`@model\` for \`${stored.target}\``
      : `write \`${fitting}\``,
  )
}
