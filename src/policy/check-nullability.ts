import type { FieldSite } from './field-site.ts'

/** What the SDL says is never null must not be null in the database either. */
export function checkNullability({ node, coordinate, shape, stored, scope }: FieldSite): void {
  if (stored === undefined || stored.list || stored.required || !shape.nonNull) return
  scope.reporter.report(
    'PG407',
    node.type,
    `\`${coordinate}\` cannot be null here and can in the data model`,
    'leave out the `!`, or make the field required in the data model',
  )
}
