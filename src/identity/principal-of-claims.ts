import { isPlainText } from './plain-text.ts'
import type { Principal } from './principal.ts'

type Claims = Readonly<Record<string, unknown>>
type Result =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly message: string }

/** Longest subject (OIDC Core section 2 allows 255) and app, in UTF-16 units. */
const MAX_ID_LENGTH = 255
/** Longest name of a role or purpose, and most of either in one token; all of them go on record. */
const MAX_NAME_LENGTH = 128
const MAX_NAMES = 256

const PURPOSE_SCOPE = 'purpose:'

/**
 * Claims of a verified token → who asks. Roles that the policy does not know are kept, since the policy decides; a claim
 * of a wrong form refuses the token instead of granting what is left. `rolesClaim` is the claim's whole name or a dotted
 * path into objects, the whole name first: some issuers have dots in names.
 */
export function principalOfClaims(claims: Claims, rolesClaim: string): Result {
  const subject = identifier(claims, 'sub')
  if (subject === undefined) return refused('the token names no subject: claim `sub`')
  const appClaim = Object.hasOwn(claims, 'azp') ? 'azp' : 'client_id'
  const app = identifier(claims, appClaim)
  if (app === undefined) return refused('the token names no app: claim `azp` or `client_id`')
  const roles = names(claimAt(claims, rolesClaim))
  if (roles === undefined) return refused(`the claim \`${rolesClaim}\` of the token is not a list of names`)
  // RFC 9068 section 2.2.3 names the claim `scope`, a string; some issuers write `scp`, a string or a list.
  const scopes = Object.hasOwn(claims, 'scope') ? scopeNames(claims.scope) : names(own(claims, 'scp'))
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
  return typeof value === 'string' ? names(value) : undefined
}

/** Nothing → none; otherwise distinct names from a list or a text with spaces between; undefined: of another form. */
function names(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return []
  const list = typeof value === 'string' ? value.split(' ').filter((name) => name !== '') : value
  if (!Array.isArray(list) || list.length > MAX_NAMES) return undefined
  const valid = list.every((name) => typeof name === 'string' && isPlainText(name, MAX_NAME_LENGTH))
  return valid ? [...new Set<string>(list)] : undefined
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
