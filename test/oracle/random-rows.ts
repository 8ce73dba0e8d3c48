import { type DefinitionNode, type DirectiveNode, type FieldDefinitionNode, print } from 'graphql'
import type { Random } from './random.ts'

const CHOOSING = ['rows', 'retention', 'legalHold']

/** Every name in what chooses rows: conditions, retention, holds. */
export function namedInConditions(definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const directives = definitions.flatMap((one) => ('directives' in one ? (one.directives ?? []) : []))
  return new Set(namedIn(directives.filter((directive) => CHOOSING.includes(directive.name.value))))
}

export function namedIn(directives: readonly DirectiveNode[]): readonly string[] {
  return directives.flatMap((directive) => print(directive).match(/\w+/g) ?? [])
}

const COMPARED = ['String', 'Int', 'Date', 'DateTime', 'ID']

/**
 * At times, a condition on the rows of a type: that one of its fields is empty, or is not, or of two fields one. Fields that
 * are personal are left out, since a category may forbid that rows are chosen by it.
 */
export function rowsOf(
  random: Random,
  fields: readonly FieldDefinitionNode[],
  purposes: readonly string[],
): string {
  const choosing = fields.filter(
    ({ type, directives }) =>
      COMPARED.includes(print(type)) && !directives?.some((one) => one.name.value === 'personal'),
  )
  if (choosing.length === 0 || !random.chance(0.5)) return ''
  const condition = (): string =>
    `{ ${random.pick(choosing).name.value}: { ${random.pick(['equals', 'not'])}: null } }`
  const where = random.pick([
    condition,
    () => `{ OR: [${condition()}, ${condition()}] }`,
    () => `{ NOT: ${condition()} }`,
  ])()
  return `@rows(for: [${random.some(purposes, 1 + random.below(3)).join(', ')}], where: ${where})`
}
