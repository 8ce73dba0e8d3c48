import { print } from 'graphql'
import { checkNullability } from './check-nullability.ts'
import { checkTransforms } from './check-transforms.ts'
import type { StoredScalar } from './data-model.ts'
import type { FieldSite } from './field-site.ts'
import type { ScalarField } from './governed-model.ts'
import type { ScalarName } from './scalar-name.ts'
import { servedTypesOf } from './stored-fit.ts'

/** Checks a field that is served from a column. Undefined where the column is missing or of another kind. */
export function scalarField(site: FieldSite, type: ScalarName | 'Enum'): ScalarField | undefined {
  checkTransforms(site, type)
  const { node, coordinate, shape, declared, stored, scope } = site
  if (stored === undefined) return undefined
  const written = shape.named.name.value
  if (stored.kind === 'relation') {
    scope.reporter.report(
      'PG405',
      node.type,
      `\`${coordinate}\` is \`${written}\` and a relation to \`${stored.target}\` in the data model`,
      'a relation is served as the type of its target',
    )
    return undefined
  }
  checkType(site, type, stored)
  checkList(site, stored)
  return {
    kind: 'scalar',
    name: node.name.value,
    coordinate,
    description: node.description?.value ?? '',
    category: declared.category,
    permits: declared.permits,
    type,
    enumName: type === 'Enum' ? written : undefined,
    list: shape.list,
    nonNull: shape.nonNull,
    column: stored.column,
    sqlType: stored.sqlType,
    steps: declared.steps,
  }
}

function checkType(
  { node, coordinate, shape, scope }: FieldSite,
  type: ScalarName | 'Enum',
  stored: StoredScalar,
): void {
  const servable = servedTypesOf(stored)
  if (servable.includes(type)) return
  if (servable.length === 0)
    scope.reporter.report(
      'PG412',
      node.type,
      `\`${coordinate}\` is stored as \`${stored.sqlType}\`, which cannot be served`,
      'remove the field',
    )
  else
    scope.reporter.report(
      'PG405',
      node.type,
      `\`${coordinate}\` is \`${shape.named.name.value}\` and stored as \`${stored.enumName ?? stored.sqlType}\``,
      stored.type === 'Enum'
        ? `serve it as an enum with the values of \`${stored.enumName}\``
        : `serve it as ${servable.map((name) => `\`${name}\``).join(' or ')}`,
    )
}

function checkList(site: FieldSite, stored: StoredScalar): void {
  const { node, coordinate, shape, scope } = site
  if (shape.list === stored.list && !shape.nested && shape.elementsNonNull === stored.list) {
    checkNullability(site)
    return
  }
  const written = shape.named.name.value
  scope.reporter.report(
    'PG406',
    node.type,
    `\`${coordinate}\` is \`${print(node.type)}\` and ${stored.list ? 'a list' : 'one value'} in the data model`,
    `write \`${stored.list ? `[${written}!]!` : written}\``,
  )
}
