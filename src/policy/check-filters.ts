import type { CoherenceScope } from './coherence-scope.ts'
import type { Field } from './governed-model.ts'
import { leadsIndex } from './leads-index.ts'

/**
 * Fields that somebody may filter or order a list by, and with which no index begins: one finding for each type, because
 * which of them deserve an index only the adopter can tell, by what is asked. Of two or three values (`Boolean`, enums) an
 * index finds too many rows to help.
 */
export function checkFilters({
  definitions,
  dataModel,
  entityOfType,
  models,
  reporter,
}: CoherenceScope): void {
  for (const [type, { fields }] of models) {
    const entity = dataModel.entities.get(entityOfType.get(type) ?? '')
    const object = definitions.objects.get(type)
    if (!entity || !object) continue
    const names = [...fields.values()]
      .filter((field) => isFilterable(field) && !leadsIndex(entity, [field.name]))
      .map(({ name }) => `\`${name}\``)
    if (names.length > 0)
      reporter.report(
        'PG416',
        object.name,
        `lists of \`${type}\` can be filtered by ${names.join(', ')}, with which no index begins`,
        'add `@@index` to the data model for those that large lists are filtered or ordered by',
      )
  }
}

function isFilterable(field: Field): boolean {
  return (
    field.kind === 'scalar' &&
    !field.list &&
    !['JSON', 'Boolean', 'Enum'].includes(field.type) &&
    [...field.permits.values()].includes('AS_IS')
  )
}
