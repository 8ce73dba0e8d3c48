import {
  type DefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql'
import { type Definitions, ROOT_TYPES } from './definitions.ts'
import {
  ADOPTER_ENUMS,
  isLanguageDefinition,
  LANGUAGE_DEFINITIONS,
  languageName,
  normalised,
} from './language.ts'
import type { Position } from './places.ts'
import type { Reporter } from './reporter.ts'

/** Which kinds of definition a policy may hold, and that the language itself is there and untouched. */
export function checkKinds(definitions: Definitions, start: Position, reporter: Reporter): void {
  const defined = new Set<string>()
  for (const node of definitions.document.definitions) {
    checkKind(node, definitions, reporter)
    if (isLanguageDefinition(node)) defined.add(languageName(node))
  }
  for (const name of LANGUAGE_DEFINITIONS.keys())
    if (!defined.has(name))
      reporter.report(
        'PG109',
        start,
        `\`${name}\` of the policy language is not defined`,
        'restore the file in `directives/`',
      )
  for (const name of ADOPTER_ENUMS)
    if (!definitions.enums.has(name))
      reporter.report(
        'PG201',
        start,
        `the enum \`${name}\` is not defined`,
        `declare \`enum ${name}\` in the schema folder`,
      )
  for (const node of definitions.directives)
    if (node.name.value === 'deprecated') reporter.report('PG117', node, '`@deprecated` has no effect')
}

function checkKind(node: DefinitionNode, definitions: Definitions, reporter: Reporter): void {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
      checkObject(node, definitions, reporter)
      break
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      reporter.report('PG113', node.name, `\`${node.name.value}\` is an interface`, WRITE_OBJECT)
      break
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      reporter.report('PG113', node.name, `\`${node.name.value}\` is a union`, WRITE_OBJECT)
      break
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      reporter.report(
        'PG114',
        node.name,
        `\`${node.name.value}\` is an input type`,
        'remove it; filters and orders are derived',
      )
      break
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      reporter.report('PG115', node, 'the schema definition is written by hand', REMOVE_ROOT)
      break
    case Kind.OPERATION_DEFINITION:
    case Kind.FRAGMENT_DEFINITION:
      reporter.report('PG112', node, 'an operation or a fragment does not belong in a schema file')
      break
    case Kind.ENUM_TYPE_EXTENSION:
    case Kind.SCALAR_TYPE_EXTENSION:
      if (LANGUAGE_DEFINITIONS.has(node.name.value))
        reporter.report('PG109', node.name, `\`${node.name.value}\` of the policy language is extended`)
      break
    default:
      checkLanguage(node, reporter)
  }
}

const WRITE_OBJECT = 'write an object type with `@model`'
const REMOVE_ROOT = 'remove it; root fields are derived from `@model` types'

function checkObject(
  node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
  definitions: Definitions,
  reporter: Reporter,
): void {
  const name = node.name.value
  for (const parent of node.interfaces ?? [])
    reporter.report(
      'PG113',
      parent,
      `\`${name}\` implements an interface`,
      'declare the fields on the type alone',
    )
  if (ROOT_TYPES.has(name) && !definitions.objects.has(name))
    reporter.report('PG115', node.name, `\`${name}\` is written by hand`, REMOVE_ROOT)
}

function checkLanguage(node: DefinitionNode, reporter: Reporter): void {
  if (!isLanguageDefinition(node)) return
  const name = languageName(node)
  const expected = LANGUAGE_DEFINITIONS.get(name)
  if (expected === undefined) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION)
      reporter.report(
        'PG110',
        node.name,
        `\`${name}\` is not a directive of the policy language`,
        'remove it; it would enforce nothing',
      )
    if (node.kind === Kind.SCALAR_TYPE_DEFINITION)
      reporter.report(
        'PG116',
        node.name,
        `\`${name}\` is not a scalar that the gateway knows`,
        'use `String`, `JSON` or one of `directives/scalars.graphql`',
      )
  } else if (expected !== normalised(node))
    reporter.report(
      'PG109',
      node.name,
      `\`${name}\` differs from the policy language`,
      `expected \`${expected.replaceAll(/\s+/g, ' ')}\``,
    )
}
