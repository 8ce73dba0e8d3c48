import type { FieldDefinitionNode } from 'graphql'
import { nameArgument } from './arguments.ts'
import { type Declaration, declarationsOf } from './declarations.ts'
import { directivesNamed, type TypeScope } from './scope.ts'
import type { Transform } from './transform.ts'

export interface Declared {
  readonly category: string | undefined
  readonly declarations: readonly Declaration[]
  readonly permits: ReadonlyMap<string, Transform>
  /** Purpose → step, where the form is `ROUNDED`; undefined where it is for none. */
  readonly steps: ReadonlyMap<string, string> | undefined
}

/**
 * Rules 1 and 2 of the language: a field is readable for what it declares itself; else, where it is not personal, for
 * what its type declares; else for nothing.
 */
export function declaredFor(
  field: FieldDefinitionNode,
  coordinate: string,
  typeDefault: readonly Declaration[] | undefined,
  scope: TypeScope,
): Declared {
  const [personal] = directivesNamed(field, 'personal')
  const category = personal && nameArgument(personal, 'category', 'DataCategory', scope)?.value
  const own = directivesNamed(field, 'purpose')
  const declarations =
    own.length > 0 ? declarationsOf(own, coordinate, scope) : personal ? [] : (typeDefault ?? [])

  if (own.length === 0 && personal)
    scope.reporter.report(
      'PG302',
      field.name,
      `\`${coordinate}\` is personal and declares no purpose`,
      'a default of the type does not reach it; add `@purpose`, or `@purpose(for: [])` if nobody is meant to read it',
    )
  else if (own.length === 0 && typeDefault === undefined)
    scope.reporter.report(
      'PG301',
      field.name,
      `\`${coordinate}\` declares no purpose`,
      'add `@purpose`, or `@purpose(for: [])` if nobody is meant to read it',
    )
  const never = (category !== undefined && scope.categories.get(category)?.never) || []
  for (const { purpose, purposeNode } of declarations)
    if (never.includes(purpose))
      scope.reporter.report(
        'PG307',
        purposeNode,
        `\`${coordinate}\` is \`${category}\`, which is never for \`${purpose}\``,
        'a transform does not lift it; remove the purpose',
      )
  return {
    category,
    declarations,
    permits: new Map(declarations.map(({ purpose, transform }) => [purpose, transform])),
    steps: stepsOf(declarations),
  }
}

function stepsOf(declarations: readonly Declaration[]): ReadonlyMap<string, string> | undefined {
  const steps = declarations.flatMap(({ purpose, transform, step }) =>
    transform === 'ROUNDED' && step ? [[purpose, step.text] as const] : [],
  )
  return steps.length === 0 ? undefined : new Map(steps)
}
