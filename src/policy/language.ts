import {
  type DirectiveDefinitionNode,
  type EnumTypeDefinitionNode,
  Kind,
  parse,
  print,
  type ScalarTypeDefinitionNode,
} from 'graphql'
import { invariant } from '../invariant.ts'

type LanguageDefinition = DirectiveDefinitionNode | EnumTypeDefinitionNode | ScalarTypeDefinitionNode

/**
 * What the compiler implements. The files in `directives/` are the specification that people and editors read; a file that
 * says something else is refused, because a renamed or loosened directive would quietly enforce nothing (GHSA-g8jh-vg5j-4h3f).
 */
const LANGUAGE = parse(
  /* GraphQL */ `
  directive @processing(basis: LegalBasis!, roles: [Role!]!, owner: String!, reviewed: String!, recipient: String, scope: RowScope! = ALL, law: String, interest: String, article9: Article9Ground) on ENUM_VALUE
  directive @purpose(for: [Purpose!]!, as: Transform! = AS_IS, step: Float) repeatable on OBJECT | FIELD_DEFINITION
  directive @personal(category: DataCategory!) on FIELD_DEFINITION | OBJECT
  directive @never(for: [Purpose!]!) on ENUM_VALUE
  directive @special on ENUM_VALUE
  directive @model(name: String) on OBJECT
  directive @subject(path: String) on OBJECT
  directive @consent(purpose: String!, givenAt: String!, withdrawnAt: String!, expiresAt: String, givenBy: String) on OBJECT
  directive @objection(purpose: String, since: String, withdrawnAt: String) on OBJECT
  directive @rows(for: [Purpose!]!, where: RowCondition!) repeatable on OBJECT
  enum Transform { AS_IS LAST4 DOMAIN INITIALS POSTCODE_AREA YEAR MONTH DECADE ROUNDED PSEUDONYM PRESENCE REDACTED }
  enum LegalBasis { CONSENT CONTRACT LEGAL_OBLIGATION VITAL_INTERESTS PUBLIC_TASK LEGITIMATE_INTEREST }
  enum Article9Ground { EXPLICIT_CONSENT EMPLOYMENT_LAW VITAL_INTERESTS MEMBERSHIP MADE_PUBLIC LEGAL_CLAIMS SUBSTANTIAL_PUBLIC_INTEREST HEALTH_CARE PUBLIC_HEALTH RESEARCH }
  scalar Decimal
  scalar Date
  scalar DateTime
  scalar BigInt
  scalar JSON
  scalar RowCondition
  enum RowScope { ALL OWN }
`,
  { noLocation: true },
)

/** `@name` for directives, the bare name for types → the definition, normalised. */
export const LANGUAGE_DEFINITIONS: ReadonlyMap<string, string> = new Map(
  LANGUAGE.definitions.map((definition) => {
    invariant(isLanguageDefinition(definition), 'the language is directives, enums and scalars')
    return [languageName(definition), normalised(definition)]
  }),
)

/** The enums that an adopter declares. */
export const ADOPTER_ENUMS = ['Purpose', 'Role', 'DataCategory'] as const

export function isLanguageDefinition(node: { readonly kind: string }): node is LanguageDefinition {
  return (
    node.kind === Kind.DIRECTIVE_DEFINITION ||
    node.kind === Kind.ENUM_TYPE_DEFINITION ||
    node.kind === Kind.SCALAR_TYPE_DEFINITION
  )
}

export function languageName(node: LanguageDefinition): string {
  return node.kind === Kind.DIRECTIVE_DEFINITION ? `@${node.name.value}` : node.name.value
}

/** Printed without descriptions; order of enum values and of arguments does not matter. */
export function normalised(node: LanguageDefinition): string {
  const { description: _, ...bare } = node
  if (bare.kind === Kind.DIRECTIVE_DEFINITION) {
    const args = (bare.arguments ?? []).map(({ description: _, ...argument }) => argument).sort(byName)
    const locations = [...bare.locations].sort((a, b) => (a.value < b.value ? -1 : 1))
    return print({ ...bare, arguments: args, locations })
  }
  if (bare.kind === Kind.ENUM_TYPE_DEFINITION) {
    const values = (bare.values ?? []).map(({ description: _, ...value }) => value).sort(byName)
    return print({ ...bare, values })
  }
  return print({ ...bare, directives: [] })
}

function byName(a: { name: { value: string } }, b: { name: { value: string } }): number {
  return a.name.value < b.name.value ? -1 : 1
}
