import type { CoherenceScope } from './coherence-scope.ts'
import { directivesNamed } from './scope.ts'

/** A type whose every row belongs, by a required relation, to something that is about somebody, is about them too. */
export function checkSubjects({ definitions, dataModel, entityOfType, reporter }: CoherenceScope): void {
  const isAbout = (type: string) => directivesNamed(definitions.objects.get(type) ?? {}, 'subject').length > 0
  const aboutSomebody = new Map(
    [...entityOfType].flatMap(([type, entity]) => (isAbout(type) ? [[entity, type]] : [])),
  )
  for (const [type, entityName] of entityOfType) {
    const object = definitions.objects.get(type)
    const personal =
      object && [object, ...object.fields].some((node) => directivesNamed(node, 'personal').length > 0)
    // With personal fields it is a MUST (PG504).
    if (object === undefined || isAbout(type) || personal) continue
    const relation = [...(dataModel.entities.get(entityName)?.fields.values() ?? [])].find(
      (field) =>
        field.kind === 'relation' && !field.list && field.required && aboutSomebody.has(field.target),
    )
    if (relation)
      reporter.report(
        'PG510',
        object.name,
        `every \`${type}\` belongs to somebody through \`${relation.name}\`, and does not say whom it is about`,
        `add \`@subject(path: "${relation.name}…")\`, so that reads of it are on record under them`,
      )
  }
}
