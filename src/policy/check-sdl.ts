import {
  type ASTNode,
  type ASTVisitorKeyMap,
  type GraphQLError,
  Kind,
  type ValueNode,
  visit,
  visitInParallel,
} from 'graphql'
import { QueryDocumentKeys } from 'graphql/language/ast.js'
import { specifiedSDLRules } from 'graphql/validation/specifiedRules.js'
import { SDLValidationContext } from 'graphql/validation/ValidationContext.js'
import { validateSDL } from 'graphql/validation/validate.js'
import type { Definitions } from './definitions.ts'
import { didYouMean } from './did-you-mean.ts'
import { ADOPTER_ENUMS, LANGUAGE_DEFINITIONS } from './language.ts'
import type { Reporter } from './reporter.ts'
import type { RuleId } from './rules.ts'

/** The validation rules of the GraphQL specification for type system documents (section 3), by their names in graphql-js. */
const IDS: Readonly<Record<string, RuleId>> = {
  LoneSchemaDefinitionRule: 'PG102',
  UniqueOperationTypesRule: 'PG102',
  UniqueTypeNamesRule: 'PG102',
  UniqueEnumValueNamesRule: 'PG102',
  UniqueFieldDefinitionNamesRule: 'PG102',
  UniqueArgumentDefinitionNamesRule: 'PG102',
  UniqueDirectiveNamesRule: 'PG102',
  KnownTypeNamesRule: 'PG103',
  KnownDirectivesRule: 'PG104',
  UniqueDirectivesPerLocationRule: 'PG105',
  KnownArgumentNamesOnDirectivesRule: 'PG106',
  UniqueArgumentNamesRule: 'PG106',
  UniqueInputFieldNamesRule: 'PG106',
  ProvidedRequiredArgumentsOnDirectivesRule: 'PG106',
  PossibleTypeExtensionsRule: 'PG108',
}

/**
 * Runs graphql-js' own rules: all in one walk, and where that finds anything, one by one, so that each keeps its id. A rule
 * that a new version adds is reported too.
 */
export function checkSdl(definitions: Definitions, reporter: Reporter): void {
  if (isValid(definitions)) return
  for (const rule of specifiedSDLRules)
    for (const error of validateSDL(definitions.document, null, [rule])) {
      const at = error.nodes?.at(-1)
      if (at === undefined || reportedElsewhere(error)) continue
      const { message, help } = inOurWords(error.message)
      reporter.report(IDS[rule.name] ?? 'PG102', at, message, help ?? nearestDirective(at))
    }
}

/**
 * As `validateSDL`, without a visit to each name, description and argument of a directive: no rule looks into them, and they are
 * most of all nodes. Into objects one does, so where an argument has one, all are visited.
 */
function isValid({ document, directives }: Definitions): boolean {
  let valid = true
  const context = new SDLValidationContext(document, null, () => {
    valid = false
  })
  const objects = directives.some(({ arguments: args }) => args?.some(({ value }) => holdsObject(value)))
  const visited = objects ? VISITED : WITHOUT_ARGUMENTS
  visit(document, visitInParallel(specifiedSDLRules.map((rule) => rule(context))), visited)
  return valid
}

function holdsObject(value: ValueNode): boolean {
  return value.kind === Kind.OBJECT || (value.kind === Kind.LIST && value.values.some(holdsObject))
}

const VISITED = Object.fromEntries(
  Object.entries(QueryDocumentKeys).map(([kind, keys]) => [
    kind,
    keys.filter((key) => key !== 'name' && key !== 'description'),
  ]),
) as ASTVisitorKeyMap
const WITHOUT_ARGUMENTS: ASTVisitorKeyMap = { ...VISITED, [Kind.DIRECTIVE]: [] }

/** A part of the language that is missing is one finding (PG109, PG201), not one for each use. */
function reportedElsewhere({ message }: GraphQLError): boolean {
  const unknown = /^Unknown (?:type|directive) "(@?\w+)"/.exec(message)?.[1]
  return (
    unknown !== undefined &&
    (LANGUAGE_DEFINITIONS.has(unknown) || ADOPTER_ENUMS.some((name) => name === unknown))
  )
}

/** graphql-js suggests names of types, and none of directives. */
function nearestDirective(at: ASTNode): string | undefined {
  if (at.kind !== Kind.DIRECTIVE) return undefined
  const known = [...LANGUAGE_DEFINITIONS.keys()].filter((name) => name.startsWith('@'))
  const name = `@${at.name.value}`
  return known.includes(name) ? undefined : didYouMean(name, known)
}

/** graphql-js' sentence as a finding: lowercase, backticks, no full stop, the suggestion apart. */
function inOurWords(text: string): { message: string; help: string | undefined } {
  const [sentence = '', suggestion] = text.replaceAll('"', '`').split(/ (?=Did you mean )/)
  const bare = sentence.replace(/[.]$/, '')
  return {
    message: bare.charAt(0).toLowerCase() + bare.slice(1),
    help: suggestion && suggestion.charAt(0).toLowerCase() + suggestion.slice(1),
  }
}
