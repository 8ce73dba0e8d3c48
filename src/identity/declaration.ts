import type { Problem } from '../errors.ts'
import { headerLines } from './header-lines.ts'
import { isPlainText } from './plain-text.ts'
import type { Declaration, OnDenied } from './principal.ts'

export type DeclarationResult =
  | { readonly kind: 'declaration'; readonly declaration: Declaration }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** Longest justification, in UTF-16 units; all of it goes on record. */
const MAX_JUSTIFICATION_LENGTH = 1_000

/** GraphQL spec section 2.1.9, bounded: a purpose is a value of an enum. */
const NAME = /^[_A-Za-z]\w{0,127}$/

const HEADERS = ['x-purpose', 'x-justification', 'x-on-denied'] as const

const ON_DENIED: ReadonlyMap<string, OnDenied> = new Map([
  ['reject', 'reject'],
  ['prune', 'prune'],
])

/**
 * The headers `x-purpose`, `x-justification` and `x-on-denied` (Node's `rawHeaders`) → what the request says of itself.
 * An empty header counts as absent; a repeated or malformed one is `BAD_USER_INPUT`, never half understood. Whether the
 * policy has the purpose is decided later.
 */
export function readDeclaration(rawHeaders: readonly string[]): DeclarationResult {
  const values: (string | undefined)[] = []
  for (const name of HEADERS) {
    const lines = headerLines(rawHeaders, name)
    if (lines.length > 1) return problem(`the header \`${name}\` is given more than once`)
    values.push(lines[0]?.trim() || undefined)
  }
  const [purpose, sent, asked = 'reject'] = values
  if (purpose !== undefined && !NAME.test(purpose))
    return problem('the header `x-purpose` is not the name of one purpose')
  const justification = sent === undefined ? undefined : textOf(sent)
  if (justification !== undefined && !isPlainText(justification, MAX_JUSTIFICATION_LENGTH))
    return problem(
      `the header \`x-justification\` is not one line of at most ${MAX_JUSTIFICATION_LENGTH} characters`,
    )
  const onDenied = ON_DENIED.get(asked)
  if (onDenied === undefined) return problem('the header `x-on-denied` is neither `reject` nor `prune`')
  return { kind: 'declaration', declaration: { purpose, justification, onDenied } }
}

/** Node reads header bytes as Latin-1 (RFC 9110 section 5.5), yet most clients send UTF-8: `Ã¥` is more likely an `å`. */
function textOf(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}

function problem(message: string): DeclarationResult {
  return { kind: 'problem', problem: { code: 'BAD_USER_INPUT', message } }
}
