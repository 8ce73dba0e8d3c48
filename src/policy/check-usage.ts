import { Kind, visit } from 'graphql'
import { directivesNamed, type Scope } from './scope.ts'

/** What is defined and never used, and directives that stand where they mean nothing. */
export function checkUsage(scope: Scope): void {
  const { definitions, reporter } = scope
  const used = {
    Purpose: namesIn(scope, 'purpose'),
    DataCategory: namesIn(scope, 'personal'),
    Role: namesIn(scope, 'processing'),
  }
  const unused = (enumName: keyof typeof used) =>
    (definitions.enums.get(enumName)?.values ?? [])
      .filter((value) => !used[enumName].has(value.name.value))
      .map((value) => value.name)
  for (const name of unused('Purpose'))
    reporter.report('PG213', name, `no field is declared for the purpose \`${name.value}\``)
  for (const name of unused('DataCategory'))
    reporter.report('PG214', name, `no field is of the category \`${name.value}\``)
  for (const name of unused('Role'))
    reporter.report('PG215', name, `no purpose is open to the role \`${name.value}\``)

  for (const [enumName, { values }] of definitions.enums)
    for (const [directive, home] of [
      ['processing', 'Purpose'],
      ['never', 'DataCategory'],
      ['special', 'DataCategory'],
    ] as const)
      for (const stray of enumName === home
        ? []
        : values.flatMap((value) => directivesNamed(value, directive)))
        reporter.report(
          'PG216',
          stray,
          `\`@${directive}\` stands in \`${enumName}\` and has effect in \`${home}\` alone`,
        )
}

/** Every name in the arguments of a directive, wherever it stands. */
function namesIn({ definitions }: Scope, directive: string): ReadonlySet<string> {
  const names = new Set<string>()
  visit(definitions.document, {
    Directive(node) {
      if (node.name.value === directive)
        visit(node, {
          [Kind.ENUM]({ value }) {
            names.add(value)
          },
        })
      return false
    },
  })
  return names
}
