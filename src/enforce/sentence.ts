/**
 * graphql-js' message about a document → one lowercase sentence, names in backticks, without the text of any literal: what
 * somebody wrote in the wrong place may be a customer's address.
 */
export function sentenceOf(message: string): string {
  const text = message.replace(/ ?Did you mean.*\?$/s, '')
  return text.startsWith(SYNTAX) ? syntaxSentence(text.slice(SYNTAX.length)) : plain(text)
}

const SYNTAX = 'Syntax Error: '

function syntaxSentence(text: string): string {
  const tokens = /more tha[nt] (\d+) tokens/.exec(text)
  if (tokens) return `the document has more than ${tokens[1]} tokens`
  const withoutValues = text
    .replace(/\b(Name|Int|Float|String|BlockString) ".*"/s, '$1')
    .replace(/: ".*"\.?$/s, '')
  return `the document is not GraphQL: ${plain(withoutValues)}`
}

function plain(text: string): string {
  const named = text
    .replace(/\.$/, '')
    .replace(/"([^"]*)"/g, '`$1`')
    .replace(/\. (?=[A-Z])/g, '; ')
  return named.replace(
    /(^|; )([A-Z])(?=[a-z])/g,
    (_, before: string, letter: string) => before + letter.toLowerCase(),
  )
}
