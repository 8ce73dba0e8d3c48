import { createHash, hash, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import type { Access, AccessLog } from './audit/access.ts'
import { parseAuditPath } from './audit/audit-path.ts'
import { type FoundResource, readAuditResource } from './audit-resource.ts'
import type { Problem } from './errors.ts'
import { readDeclaration } from './identity/declaration.ts'
import { authorizationOf } from './identity/header-lines.ts'
import type { Principal } from './identity/principal.ts'
import type { TokenVerifier } from './identity/verify-token.ts'
import { type AdmissionTerms, type Applicant, admit } from './plan/admit.ts'
import type { Policy } from './policy/policy.ts'
import type { Purpose } from './policy/purpose.ts'

export interface AuditEndpointParts {
  readonly log: AccessLog
  /** Connects as the auditor. */
  readonly pool: Pool
  readonly witnessToken: string | undefined
  readonly isJustification: AdmissionTerms['isJustification']
  /** Milliseconds since the epoch, by which reviews grow old. */
  readonly reviewClock: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface AuditRequest {
  /** The policy in force when the request came, and what keeps of a token what this policy looks at. */
  readonly policy: Policy
  readonly verifier: TokenVerifier
  /** Of the URL, as it came, without its query. */
  readonly path: string
  /** Node's list of header names and values. */
  readonly rawHeaders: readonly string[]
}

export type AuditAnswer =
  | FoundResource
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
  return async (request) => {
    const { path, rawHeaders, policy, verifier } = request
    const resource = parseAuditPath(path)
    if (!resource) return { kind: 'not-found' }
    const authorization = authorizationOf(rawHeaders)
    if (resource.kind !== 'entries' && isWitness(authorization, parts.witnessToken))
      return (await readAuditResource(parts.pool, resource)) ?? { kind: 'not-found' }
    const asked = { at: parts.now(), operation: { name: path.slice(1), hash: undefined } }

    const verification = await verifier.verify(authorization)
    if (verification.kind === 'refused')
      return refuse(parts, { ...nothingRead(policy, asked), principal: undefined }, verification)
    const access = { ...nothingRead(policy, asked), principal: principalOf(verification.principal) }
    const declared = readDeclaration(rawHeaders)
    if (declared.kind === 'problem') return refuse(parts, access, declared.problem)
    const { purpose: name, justification } = declared.declaration
    const declaring = { ...access, purpose: name, justification }
    const admission = admitReview(policy, { principal: verification.principal, justification }, name, {
      now: parts.reviewClock(),
      isJustification: parts.isJustification,
    })
    if (admission.kind === 'refused') return refuse(parts, declaring, admission.problem)
    if (resource.kind !== 'entries')
      return (await readAuditResource(parts.pool, resource)) ?? { kind: 'not-found' }

    if (!parts.log.accepts()) return { kind: 'refused', problem: UNRECORDED }
    const answer = await readAuditResource(parts.pool, resource)
    if (answer?.kind !== 'found') return answer ?? { kind: 'not-found' }
    return release(parts, { ...declaring, basis: admission.purpose.basis }, resource.width, answer)
  }
}

/** Durable first, then out. */
async function release(
  { log }: AuditEndpointParts,
  access: Access,
  records: number,
  answer: FoundResource,
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
  applicant: Omit<Applicant, 'purposeName'>,
  name: string | undefined,
  terms: AdmissionTerms,
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
  const admission = admit(policy, { ...applicant, purposeName: name }, terms)
  if (admission.kind === 'refused') return admission
  // A glass is broken for data of customers, not for the record of who broke it.
  if (admission.kind === 'breakGlass')
    return {
      kind: 'refused',
      problem: { code: 'ROLE_MISSING', message: 'the access log is not read under break-glass' },
    }
  if (name === REVIEW) return admission
  const message = `the access log may not be read for purpose \`${name}\``
  return { kind: 'refused', problem: { code: 'FIELD_NOT_PERMITTED', message, permittedFor: [REVIEW] } }
}

function isWitness(authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined || authorization === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(authorization.replace(/^bearer +/i, '')), digest(token))
}

const principalOf = ({ subject, app, roles }: Principal) => ({ subject, app, roles })

function nothingRead(policy: Policy, asked: Pick<Access, 'at' | 'operation'>): Omit<Access, 'principal'> {
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
