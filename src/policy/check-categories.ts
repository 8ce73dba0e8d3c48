import { argumentOf } from './arguments.ts'
import { type CoherenceScope, declarationNode, fieldsOf, typeOf } from './coherence-scope.ts'
import type { Field } from './governed-model.ts'
import { directivesNamed } from './scope.ts'

/** Special categories need a ground (GDPR Article 9), and every category a purpose (Article 5(1)(b)). */
export function checkCategories(scope: CoherenceScope): void {
  const { categories, purposes, reporter } = scope
  const withGround = new Set<string>()
  const read = new Set<string>()
  const used = new Set([...scope.models.values()].flatMap(({ category }) => category ?? []))
  for (const field of fieldsOf(scope)) {
    for (const name of categoriesOfField(scope, field)) {
      used.add(name)
      for (const purpose of field.permits.keys()) {
        read.add(name)
        if (!categories.get(name)?.special) continue
        withGround.add(purpose)
        if (purposes.get(purpose)?.article9 === undefined)
          reporter.report(
            'PG222',
            declarationNode(scope, field, purpose),
            `\`${field.coordinate}\` is of the special category \`${name}\`, and the purpose \`${purpose}\` names no ground of GDPR Article 9`,
            `remove the purpose, or add \`article9:\` to \`${purpose}\``,
          )
      }
    }
  }
  for (const value of scope.definitions.enums.get('DataCategory')?.values ?? [])
    if (used.has(value.name.value) && !read.has(value.name.value))
      reporter.report(
        'PG228',
        value.name,
        `no purpose may read anything of the category \`${value.name.value}\``,
        'ask why it is kept (GDPR Article 5(1)(e))',
      )
  for (const value of scope.definitions.enums.get('Purpose')?.values ?? []) {
    const [processing] = directivesNamed(value, 'processing')
    const ground = processing && argumentOf(processing, 'article9')
    if (ground && purposes.get(value.name.value)?.article9 && !withGround.has(value.name.value))
      reporter.report(
        'PG223',
        ground,
        `the purpose \`${value.name.value}\` names a ground of GDPR Article 9 and reads nothing of a special category`,
        'remove `article9:`',
      )
  }
}

/** The field's own category, that of its type, and that of the type it leads to. */
function categoriesOfField({ models }: CoherenceScope, field: Field): ReadonlySet<string> {
  const target = field.kind === 'relation' ? models.get(field.target)?.category : undefined
  const all = [field.category, models.get(typeOf(field))?.category, target]
  return new Set(all.flatMap((category) => category ?? []))
}
