import { namesArgument } from './arguments.ts'
import type { Category } from './policy.ts'
import { directivesNamed, type Scope } from './scope.ts'

/** Reads `enum DataCategory`. */
export function categoriesOf(scope: Scope): ReadonlyMap<string, Category> {
  const values = scope.definitions.enums.get('DataCategory')?.values ?? []
  return new Map(
    values.map((value) => {
      const never = directivesNamed(value, 'never').flatMap((directive) =>
        namesArgument(directive, 'for', 'Purpose', scope).map((name) => name.value),
      )
      const description = value.description?.value.trim() ?? ''
      const name = value.name.value
      if (description === '')
        scope.reporter.report(
          'PG227',
          value.name,
          `the category \`${name}\` has no description`,
          'say in one sentence which data it is',
        )
      const special = directivesNamed(value, 'special').length > 0
      return [name, { name, description, never: [...new Set(never)].sort(), special }]
    }),
  )
}
