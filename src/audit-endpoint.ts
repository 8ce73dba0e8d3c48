import { createHash, hash, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import type { Access, AccessLog } from './audit/access.ts'
import { type AuditResource, parseAuditPath } from './audit/audit-path.ts'
import { encodeBundle } from './audit/tile/entry-bundle.ts'
import { TILE_WIDTH } from './audit/tile/tile-shape.ts'
import { openTileStore } from './audit/tile-store.ts'
import type { Problem } from './errors.ts'
import { readDeclaration } from './identity/declaration.ts'
import { authorizationOf } from './identity/header-lines.ts'
import type { Principal } from './identity/principal.ts'
import type { TokenVerifier } from './identity/verify-token.ts'
import { admit } from './plan/admit.ts'
import type { Policy, Purpose } from './policy/policy.ts'

export interface AuditEndpointParts {
  readonly policy: Policy
  readonly verifier: TokenVerifier
  readonly log: AccessLog
  /** Connects as the auditor. */
  readonly pool: Pool
  readonly witnessToken: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface AuditRequest {
  /** Of the URL, as it came, without its query. */
  readonly path: string
  /** Node's list of header names and values. */
  readonly rawHeaders: readonly string[]
}

export type AuditAnswer =
  | {
      readonly kind: 'found'
      readonly headers: Readonly<Record<string, string>>
      readonly body: Buffer | string
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** For what alone the log may be read. */
const REVIEW = 'SECURITY_REVIEW'

/**
 * The log over HTTP, as C2SP tlog-tiles has it, for principals with the purpose SECURITY_REVIEW (rule of meaning 6); checkpoints
 * and hashes also for a witness. Who reads records is on record, and who is refused anything. Who reads checkpoints and hashes
 * is not: they hold nothing about anybody, and a witness that asks every second would itself be most of the log.
 */
export function createAuditEndpoint(
  parts: AuditEndpointParts,
): (request: AuditRequest) => Promise<AuditAnswer> {
  return async ({ path, rawHeaders }) => {
    const resource = parseAuditPath(path)
    if (!resource) return { kind: 'not-found' }
    const authorization = authorizationOf(rawHeaders)
    if (resource.kind !== 'entries' && isWitness(authorization, parts.witnessToken))
      return (await read(parts, resource)) ?? { kind: 'not-found' }
    const asked = { at: parts.now(), operation: { name: path.slice(1), hash: undefined } }

    const verification = await parts.verifier.verify(authorization)
    if (verification.kind === 'refused')
      return refuse(parts, { ...nothingRead(parts, asked), principal: undefined }, verification)
    const access = { ...nothingRead(parts, asked), principal: principalOf(verification.principal) }
    const declared = readDeclaration(rawHeaders)
    if (declared.kind === 'problem') return refuse(parts, access, declared.problem)
    const { purpose: name, justification } = declared.declaration
    const declaring = { ...access, purpose: name, justification }
    const admission = admitReview(parts.policy, verification.principal, name)
    if (admission.kind === 'refused') return refuse(parts, declaring, admission.problem)
    if (resource.kind !== 'entries') return (await read(parts, resource)) ?? { kind: 'not-found' }

    if (!parts.log.accepts()) return { kind: 'refused', problem: UNRECORDED }
    const answer = await read(parts, resource)
    if (answer?.kind !== 'found') return answer ?? { kind: 'not-found' }
    return release(parts, { ...declaring, basis: admission.purpose.basis }, resource.width, answer)
  }
}

/** Durable first, then out. */
async function release(
  { log }: AuditEndpointParts,
  access: Access,
  records: number,
  answer: Extract<AuditAnswer, { kind: 'found' }>,
): Promise<AuditAnswer> {
  try {
    await log.append({
      ...access,
      outcome: 'granted',
      fields: { 'AccessLog.record': 'AS_IS' },
      rows: { AccessLog: records },
      response: hash('sha256', answer.body, 'hex'),
    })
    return answer
  } catch {
    return { kind: 'refused', problem: UNRECORDED }
  }
}

async function refuse({ log }: AuditEndpointParts, access: Access, problem: Problem): Promise<AuditAnswer> {
  try {
    await log.append({ ...access, blocked: { request: problem.code } })
    return { kind: 'refused', problem }
  } catch {
    return { kind: 'refused', problem: UNRECORDED }
  }
}

const UNRECORDED: Problem = {
  code: 'AUDIT_UNAVAILABLE',
  message: 'the request could not be put on record; try again later',
}

function admitReview(
  policy: Policy,
  principal: Principal,
  name: string | undefined,
):
  | { readonly kind: 'admitted'; readonly purpose: Purpose }
  | { readonly kind: 'refused'; readonly problem: Problem } {
  if (name === undefined)
    return {
      kind: 'refused',
      problem: {
        code: 'PURPOSE_MISSING',
        message: `the request declares no purpose: send the header \`x-purpose: ${REVIEW}\``,
      },
    }
  const admission = admit(policy, principal, name)
  if (admission.kind === 'refused' || name === REVIEW) return admission
  const message = `the access log may not be read for purpose \`${name}\``
  return { kind: 'refused', problem: { code: 'FIELD_NOT_PERMITTED', message, permittedFor: [REVIEW] } }
}

/** Undefined: it is not there, or no checkpoint covers it yet. */
async function read({ pool }: AuditEndpointParts, resource: AuditResource): Promise<AuditAnswer | undefined> {
  try {
    const { rows } = await pool.query<{ number: number; first_index: string; size: string; note: string }>({
      name: 'audit_newest',
      text: `SELECT o.number, o.first_index, c.size, c.note FROM gateway.log_origin AS o JOIN LATERAL (
          SELECT size, note FROM gateway.checkpoint WHERE origin = o.number ORDER BY size DESC LIMIT 1
        ) AS c ON true WHERE $1::int IS NULL OR o.number = $1 ORDER BY o.number DESC LIMIT 1`,
      values: [resource.origin ?? null],
    })
    const [found] = rows
    if (!found) return undefined
    if (resource.kind === 'checkpoint') return { kind: 'found', headers: MUTABLE, body: found.note }
    const level = resource.kind === 'hashes' ? resource.level : 0
    const end = (resource.index * TILE_WIDTH + resource.width) * TILE_WIDTH ** level
    if (end > Number(found.size)) return undefined
    const store = openTileStore(pool, { number: found.number, firstIndex: Number(found.first_index) })
    if (resource.kind === 'hashes')
      return {
        kind: 'found',
        headers: IMMUTABLE,
        body: await store.hashes(level, resource.index, resource.width),
      }
    const entries = await store.entries(resource.index, resource.width)
    return entries && { kind: 'found', headers: IMMUTABLE, body: encodeBundle(entries) }
  } catch {
    return {
      kind: 'refused',
      problem: { code: 'DATABASE_UNAVAILABLE', message: 'the database does not answer; try again later' },
    }
  }
}

/** Only whoever may ask may keep a copy. */
const MUTABLE = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' }
const IMMUTABLE = {
  'content-type': 'application/octet-stream',
  'cache-control': 'private, max-age=31536000, immutable',
}

function isWitness(authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined || authorization === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(authorization.replace(/^bearer +/i, '')), digest(token))
}

const principalOf = ({ subject, app, roles }: Principal) => ({ subject, app, roles })

function nothingRead(
  { policy }: AuditEndpointParts,
  asked: Pick<Access, 'at' | 'operation'>,
): Omit<Access, 'principal'> {
  return {
    ...asked,
    outcome: 'refused',
    purpose: undefined,
    basis: undefined,
    justification: undefined,
    fields: {},
    blocked: {},
    rows: {},
    subjects: [],
    policy: policy.hash,
    response: undefined,
    trace: undefined,
  }
}
