import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
  type TypeNode,
} from 'graphql'
import type { Random } from './random.ts'
import { CAN_GIVE_NULL, declarationsOf, groupedIn } from './random-declarations.ts'
import { namedIn, namedInConditions, rowsOf } from './random-rows.ts'

interface Words {
  readonly random: Random
  readonly purposes: readonly string[]
  /** Purposes that are served groups only. */
  readonly grouped: ReadonlySet<string>
  readonly roles: readonly string[]
  /** Category → purposes that it is never for. */
  readonly never: ReadonlyMap<string, readonly string[]>
  /** Names of types; a relation to one is not made personal, since its other end would tell the same. */
  readonly types: ReadonlySet<string>
  /** What conditions on rows name must stay as it is. */
  readonly named: ReadonlySet<string>
}

/**
 * A policy over the same models that says something else: which purposes a field is for and in what form, what a type
 * declares for all of its fields, what is personal, what is left out, which rows there are, which roles may act. It keeps every rule of the
 * language, so that it compiles.
 */
export function randomPolicy(random: Random, sources: readonly string[]): string {
  const { definitions } = parse(sources.join('\n'), { noLocation: true })
  const namesOf = (name: string) => enumOf(definitions, name).values?.map((value) => value.name.value) ?? []
  const never = (enumOf(definitions, 'DataCategory').values ?? []).map((value): [string, string[]] => [
    value.name.value,
    (value.directives ?? []).filter((one) => one.name.value === 'never').flatMap(purposesOf),
  ])
  const words = {
    random,
    purposes: namesOf('Purpose'),
    grouped: new Set(groupedIn(enumOf(definitions, 'Purpose'))),
    roles: namesOf('Role'),
    never: new Map(never),
    types: new Set(definitions.filter((one) => one.kind === 'ObjectTypeDefinition').map(nameOf)),
    named: namedInConditions(definitions),
  }
  return definitions.map((definition) => print(changed(words, definition))).join('\n\n')
}

function enumOf(definitions: readonly DefinitionNode[], name: string): EnumTypeDefinitionNode {
  const found = definitions.find((one) => one.kind === 'EnumTypeDefinition' && one.name.value === name)
  if (found?.kind !== 'EnumTypeDefinition') throw new Error(`no enum ${name}`)
  return found
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : ''
}

function changed(words: Words, definition: DefinitionNode): DefinitionNode {
  if (definition.kind === 'EnumTypeDefinition' && definition.name.value === 'Purpose')
    return withOtherTerms(words, definition)
  const isType = definition.kind === 'ObjectTypeDefinition' || definition.kind === 'ObjectTypeExtension'
  return isType ? withOtherFields(words, definition) : definition
}

function withOtherTerms({ random, roles }: Words, definition: EnumTypeDefinitionNode): DefinitionNode {
  const values = definition.values?.map((value) => {
    if (random.chance(0.5)) return value
    const chosen = random.some(roles, 1 + random.below(3)).join(', ')
    const text = (value.directives ?? []).map(print).join(' ')
    const acting = text.replace(/roles: \[[^\]]*\]/, `roles: [${chosen}]`)
    const own = random.chance(0.15) && !text.includes('scope:')
    return { ...value, directives: directivesOf(own ? acting.replace(/\)$/, ', scope: OWN)') : acting) }
  })
  return { ...definition, ...(values && { values }) }
}

function withOtherFields(words: Words, type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode) {
  const { random, purposes } = words
  const own = named(type.directives, 'purpose')
  const openness = random.pick([0.2, 0.5, 0.8])
  const some = random.some(purposes, 1 + random.below(purposes.length))
  const declared = random.pick([own, own, [], directivesOf(`@purpose(for: [${some.join(', ')}])`)])
  const fields = (type.fields ?? []).filter(({ name }) => words.named.has(name.value) || !random.chance(0.08))
  const kept = fields.length > 0 ? fields : (type.fields ?? [])
  const rows = directivesOf(rowsOf(random, kept, purposes))
  const limited = { ...words, named: new Set([...words.named, ...namedIn(rows)]) }
  return {
    ...type,
    directives: [...besides(type.directives, 'purpose'), ...declared, ...rows],
    fields: kept.map((field) => fieldOf(limited, field, { openness, hasDefault: declared.length > 0 })),
  }
}

function fieldOf(
  words: Words,
  field: FieldDefinitionNode,
  { openness, hasDefault }: { readonly openness: number; readonly hasDefault: boolean },
): FieldDefinitionNode {
  const { random, purposes, grouped, never, types, named: kept } = words
  const categories = [...never.keys()]
  const before = named(field.directives, 'personal')
  const category = `@personal(category: ${random.pick(categories)})`
  const isRelation = types.has(print(field.type).replace(/[[\]!]/g, ''))
  const changes = random.chance(0.15) && !isRelation && !kept.has(field.name.value)
  const personal = changes ? random.pick([[], directivesOf(category)]) : before
  const forbidden = never.get(nameIn(personal[0])) ?? []
  const open = purposes.filter((purpose) => !forbidden.includes(purpose))
  const own = named(field.directives, 'purpose')
  const asBefore = own.length > 0 && personal === before && random.chance(0.4)
  const asDefault = own.length === 0 || random.chance(0.3)
  const isCovered = hasDefault && personal.length === 0 && asDefault
  const declared = isCovered
    ? []
    : asBefore
      ? own
      : directivesOf(
          declarationsOf(random, print(nullable(field.type)), { purposes: open, grouped, openness }),
        )
  const type = declared.some((one) => CAN_GIVE_NULL.test(print(one))) ? nullable(field.type) : field.type
  const rest = besides(besides(field.directives, 'purpose'), 'personal')
  return { ...field, type, directives: [...rest, ...personal, ...declared] }
}

function directivesOf(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar Carrier ${text}`, { noLocation: true }).definitions
  return definition?.kind === 'ScalarTypeDefinition' ? (definition.directives ?? []) : []
}

function named(directives: readonly ConstDirectiveNode[] | undefined, name: string) {
  return (directives ?? []).filter((directive) => directive.name.value === name)
}

function besides(directives: readonly ConstDirectiveNode[] | undefined, name: string) {
  return (directives ?? []).filter((directive) => directive.name.value !== name)
}

function purposesOf(directive: ConstDirectiveNode): string[] {
  const value = directive.arguments?.find((argument) => argument.name.value === 'for')?.value
  return value?.kind === 'ListValue' ? value.values.map(print) : []
}

/** The enum value that is a directive's only argument. */
function nameIn(directive: ConstDirectiveNode | undefined): string {
  const value = directive?.arguments?.[0]?.value
  return value?.kind === 'EnumValue' ? value.value : ''
}

function nullable(type: TypeNode): Exclude<TypeNode, { kind: 'NonNullType' }> {
  return type.kind === 'NonNullType' ? type.type : type
}
