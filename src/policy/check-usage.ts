import { Kind, type ValueNode } from 'graphql'
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
  for (const node of definitions.directives)
    if (node.name.value === directive) for (const { value } of node.arguments ?? []) addNames(value, names)
  return names
}

function addNames(value: ValueNode, names: Set<string>): void {
  if (value.kind === Kind.ENUM) names.add(value.value)
  else if (value.kind === Kind.LIST) for (const item of value.values) addNames(item, names)
  else if (value.kind === Kind.OBJECT) for (const field of value.fields) addNames(field.value, names)
}
