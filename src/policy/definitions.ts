import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type NameNode,
  type ObjectTypeDefinitionNode,
  Source,
  TokenKind,
} from 'graphql'
import { grouped } from '../grouped.ts'
import type { Places } from './places.ts'
import type { PolicySource } from './policy-source.ts'
import type { Reporter } from './reporter.ts'

/** What the files define, an `extend` folded into what it extends. */
export interface Definitions {
  readonly document: DocumentNode
  /** Every one that is applied to a type or a part of one. */
  readonly directives: readonly DirectiveNode[]
  /** Whether every file could be parsed. */
  readonly complete: boolean
  /** Without root types written by hand. */
  readonly objects: ReadonlyMap<string, ObjectDefinition>
  readonly enums: ReadonlyMap<string, EnumDefinition>
}

export const ROOT_TYPES: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription'])

export interface ObjectDefinition {
  readonly name: NameNode
  readonly description: string
  readonly directives: readonly ConstDirectiveNode[]
  readonly fields: readonly FieldDefinitionNode[]
}

export interface EnumDefinition {
  readonly name: NameNode
  readonly description: string
  readonly directives: readonly ConstDirectiveNode[]
  readonly values: readonly EnumValueDefinitionNode[]
}

/** Parses every file (one that holds nothing but comments says nothing), in the order of their names, so that the order in which they were given cannot matter. */
export function definitionsOf(
  sources: readonly PolicySource[],
  places: Places,
  reporter: Reporter,
): Definitions {
  const nodes: DefinitionNode[] = []
  let complete = true
  for (const { file, text } of [...sources].sort((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : 0,
  )) {
    try {
      const source = new Source(text, file)
      if (new Lexer(source).advance().kind !== TokenKind.EOF) nodes.push(...places.parse(source).definitions)
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      complete = false
      const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 }
      const message = error.message
        .replace(/^Syntax Error: /, '')
        .replace(/\.$/, '')
        .replaceAll('"', '`')
      reporter.report('PG101', { file, line, column }, message.charAt(0).toLowerCase() + message.slice(1))
    }
  }
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: nodes }
  return {
    document,
    directives: directivesIn(nodes),
    complete,
    objects: objectsOf(nodes),
    enums: enumsOf(nodes),
  }
}

/** What of a definition, or a part of one, can have directives. */
interface Directed {
  readonly directives?: readonly DirectiveNode[]
  readonly fields?: readonly Directed[]
  readonly values?: readonly Directed[]
  readonly arguments?: readonly Directed[]
}

/** By hand, because graphql-js' visitor takes ten times as long. */
function directivesIn(nodes: readonly Directed[], found: DirectiveNode[] = []): readonly DirectiveNode[] {
  for (const { directives, fields, values, arguments: args } of nodes) {
    if (directives) found.push(...directives)
    for (const parts of [fields, values, args]) if (parts) directivesIn(parts, found)
  }
  return found
}

/**
 * A type with all of its extensions. Two definitions of one name are a finding elsewhere; here the second counts as an
 * extension, so that the one mistake does not look like many.
 */
function objectsOf(nodes: readonly DefinitionNode[]): ReadonlyMap<string, ObjectDefinition> {
  const objects = new Map<string, ObjectDefinition>()
  const partsOf = grouped(
    nodes.filter(
      (part) => part.kind === Kind.OBJECT_TYPE_DEFINITION || part.kind === Kind.OBJECT_TYPE_EXTENSION,
    ),
    ({ name }) => name.value,
  )
  for (const node of nodes) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || objects.has(node.name.value) || isRoot(node)) continue
    const parts = partsOf.get(node.name.value) ?? []
    objects.set(node.name.value, {
      name: node.name,
      description: node.description?.value ?? '',
      directives: parts.flatMap((part) => part.directives ?? []),
      fields: distinct(parts.flatMap((part) => part.fields ?? [])),
    })
  }
  return objects
}

/**
 * A model may be called `Subscription` or `Mutation`: the served schema says itself what its roots are, and neither is
 * among them. `Query` is.
 */
function isRoot(node: ObjectTypeDefinitionNode): boolean {
  const governed = node.directives?.some((directive) => directive.name.value === 'model') ?? false
  return node.name.value === 'Query' || (ROOT_TYPES.has(node.name.value) && !governed)
}

function enumsOf(nodes: readonly DefinitionNode[]): ReadonlyMap<string, EnumDefinition> {
  const enums = new Map<string, EnumDefinition>()
  const partsOf = grouped(
    nodes.filter((part) => part.kind === Kind.ENUM_TYPE_DEFINITION || part.kind === Kind.ENUM_TYPE_EXTENSION),
    ({ name }) => name.value,
  )
  for (const node of nodes) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || enums.has(node.name.value)) continue
    const parts = partsOf.get(node.name.value) ?? []
    enums.set(node.name.value, {
      name: node.name,
      description: node.description?.value ?? '',
      directives: parts.flatMap((part) => part.directives ?? []),
      values: distinct(parts.flatMap((part) => part.values ?? [])),
    })
  }
  return enums
}

/** The first of each name; that there are two is reported elsewhere. */
function distinct<T extends { readonly name: NameNode }>(nodes: readonly T[]): readonly T[] {
  const seen = new Map<string, T>()
  for (const node of nodes) if (!seen.has(node.name.value)) seen.set(node.name.value, node)
  return [...seen.values()]
}
