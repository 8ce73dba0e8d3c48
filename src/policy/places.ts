import {
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  Lexer,
  type Location,
  parse,
  type Source,
  type Token,
} from 'graphql'
import { Parser } from 'graphql/language/parser.js'
import { invariant } from '../invariant.ts'

/** Where in its file something is. */
export interface Position {
  /** Path as given to the compiler. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

/** The files of a policy and where in them its nodes are. */
export interface Places {
  /** @throws GraphQLError at what is no GraphQL */
  parse(source: Source): DocumentNode
  positionOf(node: ASTNode): Position
  /** The path of the file that a definition is in; undefined where it is in none of them. */
  fileOf(definition: DefinitionNode): string | undefined
}

/**
 * Nodes that say where they are take four times the memory and twice as long to parse, and a policy that is in order is never
 * asked. So they are parsed without, and once more with it when the first is asked for.
 */
export function createPlaces(): Places {
  const files: { readonly source: Source; readonly document: DocumentNode }[] = []
  const known = new Map<object, Location>()
  /** How many of the files `known` covers. */
  let covered = 0

  function located(node: ASTNode): Location | undefined {
    for (const { source, document } of files.slice(covered)) locate(document, parse(source), known)
    covered = files.length
    return known.get(node)
  }

  return {
    parse(source) {
      const document = new BareParser(source).parseDocument()
      files.push({ source, document })
      return document
    },
    positionOf(node) {
      const place = node.loc ?? located(node)
      invariant(place !== undefined, 'a finding is about a node of a file')
      const { startToken, source } = place
      return { file: source.name, line: startToken.line, column: startToken.column }
    },
    fileOf: (definition) =>
      files.find(({ document }) => document.definitions.includes(definition))?.source.name,
  }
}

/** graphql-js' own. Only what it reads from is another. */
class BareParser extends Parser {
  constructor(source: Source) {
    super(source, { noLocation: true })
    this._lexer = new ForgetfulLexer(source)
  }
}

/** Each token knows the next one and the one before it, so that as long as one is needed, none of a file is ever let go. */
class ForgetfulLexer extends Lexer {
  override advance(): Token {
    const past: { prev: Token | null; next: Token | null } = this.lastToken
    const token = super.advance()
    past.prev = null
    past.next = null
    return token
  }
}

/** @param twin the same with locations, so of the same shape */
function locate(node: object, twin: object, known: Map<object, Location>): void {
  if ('loc' in twin) known.set(node, twin.loc as Location)
  for (const [name, part] of Object.entries(node)) {
    const twinPart: unknown = Reflect.get(twin, name)
    if (isObject(part) && isObject(twinPart)) locate(part, twinPart, known)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
