import { isPlainText } from './plain-text.ts'
import type { ClaimValue, Principal } from './principal.ts'

/** Which claims mean what. Each is the claim's whole name or a dotted path into objects. */
export interface ClaimNames {
  readonly rolesClaim: string
  /** Holds the key of the data subject that the token stands for. */
  readonly dataSubjectClaim: string
  /** Those that conditions of the policy name. */
  readonly claims: readonly string[]
}

type Claims = Readonly<Record<string, unknown>>
type Result =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly message: string }

/** Longest subject (OIDC Core section 2 allows 255) and app, in UTF-16 units. */
const MAX_ID_LENGTH = 255
/** Longest name of a role or purpose, and most of either in one token; all of them go on record. */
const MAX_NAME_LENGTH = 128
const MAX_NAMES = 256
const MAX_KEY_PARTS = 8

const PURPOSE_SCOPE = 'purpose:'

/**
 * Claims of a verified token → who asks. Roles that the policy does not know are kept, since the policy decides; a claim
 * of a wrong form refuses the token instead of granting what is left. A name is the claim's
 * whole name or a dotted path into objects, the whole name first: some issuers have dots in names.
 */
export function principalOfClaims(claims: Claims, names: ClaimNames): Result {
  const { rolesClaim } = names
  const subject = identifier(claims, 'sub')
  if (subject === undefined) return refused('the token names no subject: claim `sub`')
  const appClaim = Object.hasOwn(claims, 'azp') ? 'azp' : 'client_id'
  const app = identifier(claims, appClaim)
  if (app === undefined) return refused('the token names no app: claim `azp` or `client_id`')
  const roles = namesIn(claimAt(claims, rolesClaim))
  if (roles === undefined) return refused(`the claim \`${rolesClaim}\` of the token is not a list of names`)
  // RFC 9068 section 2.2.3 names the claim `scope`, a string; some issuers write `scp`, a string or a list.
  const scopes = Object.hasOwn(claims, 'scope') ? scopeNames(claims.scope) : namesIn(own(claims, 'scp'))
  if (scopes === undefined) return refused('the scopes of the token are not a list of names')
  const purposes = scopes
    .filter((scope) => scope.startsWith(PURPOSE_SCOPE) && scope.length > PURPOSE_SCOPE.length)
    .map((scope) => scope.slice(PURPOSE_SCOPE.length))
  return {
    kind: 'principal',
    principal: Object.freeze({
      subject,
      app,
      roles: Object.freeze(roles),
      purposes: Object.freeze(purposes),
      dataSubject: keyOf(claimAt(claims, names.dataSubjectClaim)),
      claims: new Map(
        names.claims.flatMap((name) => {
          const value = claimValue(claimAt(claims, name))
          return value === undefined ? [] : [[name, value] as const]
        }),
      ),
    }),
  }
}

function identifier(claims: Claims, name: string): string | undefined {
  const value = own(claims, name)
  return typeof value === 'string' && value.trim() !== '' && isPlainText(value, MAX_ID_LENGTH)
    ? value
    : undefined
}

function scopeNames(value: unknown): string[] | undefined {
  return typeof value === 'string' ? namesIn(value) : undefined
}

/** Nothing → none; otherwise distinct names from a list or a text with spaces between; undefined: of another form. */
function namesIn(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return []
  const list = typeof value === 'string' ? value.split(' ').filter((name) => name !== '') : value
  if (!Array.isArray(list) || list.length > MAX_NAMES) return undefined
  const valid = list.every((name) => typeof name === 'string' && isPlainText(name, MAX_NAME_LENGTH))
  return valid ? [...new Set<string>(list)] : undefined
}

/** A text or a whole number; of a key with several parts, the list of them. Anything else names nobody. */
function keyOf(value: unknown): readonly string[] | undefined {
  const parts = Array.isArray(value) ? value : [value]
  const known = parts.length > 0 && parts.length <= MAX_KEY_PARTS && parts.every(isExact)
  return known ? Object.freeze(parts.map(String)) : undefined
}

/** Undefined for what no condition can be compared with; a claim in such a form is as good as missing. */
function claimValue(value: unknown): ClaimValue | undefined {
  if (typeof value === 'boolean' || isExact(value)) return value
  const list = Array.isArray(value) && value.length > 0 && value.length <= MAX_NAMES && value.every(isExact)
  return list ? Object.freeze([...value]) : undefined
}

function isExact(value: unknown): value is string | number {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return typeof value === 'string' && value.trim() !== '' && isPlainText(value, MAX_ID_LENGTH)
}

function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((value, name) => own(value, name), claims)
}

/** Own properties only, so that `constructor` or `__proto__` in a path finds nothing. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Claims)[name]
}

function refused(message: string): Result {
  return { kind: 'refused', message }
}
