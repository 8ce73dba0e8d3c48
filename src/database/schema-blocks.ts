/** What Prisma's DMMF leaves out of a schema: the provider of its datasource and the PostgreSQL schema of its enums. */
export interface SchemaBlocks {
  /** `provider` of the datasource; undefined where the text has no datasource. */
  readonly provider: string | undefined
  /** Enum name → `@@schema`. */
  readonly enumSchemas: ReadonlyMap<string, string>
}

const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|@{0,2}[\p{L}\p{N}_-]+|[{}=(]/gu

/**
 * Reads the two facts from text that Prisma has already accepted; on other text the answer means nothing. Strings and
 * comments are tokens of their own, so neither can pass for a block.
 */
export function schemaBlocksOf(text: string): SchemaBlocks {
  const tokens = (text.match(TOKEN) ?? []).filter(
    (token) => !token.startsWith('//') && !token.startsWith('/*'),
  )
  const enumSchemas = new Map<string, string>()
  let provider: string | undefined
  for (let open = tokens.indexOf('{'); open !== -1; open = tokens.indexOf('{', open + 1)) {
    const keyword = tokens[open - 2]
    const close = tokens.indexOf('}', open)
    const body = tokens.slice(open + 1, close === -1 ? tokens.length : close)
    if (keyword === 'enum') {
      const schema = stringAfter(body, '@@schema')
      if (schema !== undefined) enumSchemas.set(tokens[open - 1] ?? '', schema)
    }
    if (keyword === 'datasource') provider = stringAfter(body, 'provider') ?? provider
  }
  return { provider, enumSchemas }
}

/** The string of `name = "…"` or `name("…")`, also in its long form `name(map: "…")`. */
function stringAfter(body: readonly string[], name: string): string | undefined {
  const at = body.indexOf(name)
  const literal = at === -1 ? undefined : body.slice(at + 1, at + 4).find((token) => token.startsWith('"'))
  return literal === undefined ? undefined : String(JSON.parse(literal))
}
