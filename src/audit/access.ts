import type { Json } from '../canonical-json.ts'

/** One access, as the gateway hands it to the log. The log adds id, instance and commitments; see `docs/audit.md`. */
export interface Access {
  /** Milliseconds since the epoch, UTC. */
  readonly at: number
  readonly outcome: Outcome
  /** Only where something was done to the log itself; see `action.ts`. */
  readonly action?: Readonly<Record<string, Json>>
  /** Undefined: nobody could be verified. */
  readonly principal: AccessPrincipal | undefined
  readonly purpose: string | undefined
  readonly basis: string | undefined
  readonly justification: string | undefined
  /** The break-glass use under which the principal was let in without a role of the purpose. */
  readonly breakGlass?: string | undefined
  readonly operation: { readonly name: string | undefined; readonly hash: string | undefined }
  /** Coordinate → transform, of everything that was read. */
  readonly fields: Readonly<Record<string, string>>
  /** Coordinate → reason (an error code). */
  readonly blocked: Readonly<Record<string, string>>
  /** Rows read, per model. */
  readonly rows: Readonly<Record<string, number>>
  /** Whom the rows are about; distinct. Leaves this process only as salted commitments. */
  readonly subjects: readonly SubjectKey[]
  /** Hash of the compiled policy; undefined for actions, which no policy governs. */
  readonly policy: string | undefined
  /** Lowercase hex SHA-256 of the body that the client gets; undefined for refusals without data. */
  readonly response: string | undefined
  readonly trace: { readonly traceId: string; readonly spanId: string } | undefined
}

export type Outcome = 'granted' | 'pruned' | 'refused' | 'failed'

export interface AccessPrincipal {
  readonly subject: string
  readonly app: string
  readonly roles: readonly string[]
}

export interface SubjectKey {
  /** The model that stands for the subject. */
  readonly model: string
  /** The subject's primary key as text; parts of a composite key as a JSON array of texts. */
  readonly key: string
}

/** Where an access stands in the log. */
export interface Receipt {
  /** Name of the log's origin, the first line of its checkpoints; undefined where no gateway with a key has started yet. */
  readonly origin: string | undefined
  /** Within the origin, from 0. */
  readonly index: bigint
  /** SHA-256(0x00 ‖ record bytes), 32 bytes (RFC 6962 section 2.1). */
  readonly leafHash: Buffer
}

/**
 * The durability contract: `append` resolves only after the record is committed with `synchronous_commit=on`, and rejects
 * with `AuditUnavailable` in every other case, at the latest after the configured deadline. After a rejection the record
 * may or may not be in the log; the answer it authorises must not leave.
 */
export interface AccessLog {
  /** False: the queue is full or the log is known to be down; refuse before reading anything. */
  accepts(): boolean
  /**
   * Data of an access is being read, and the access will be appended in the turn of the event loop in which that ends: a commit
   * waits a moment for it. Nothing depends on it but speed.
   *
   * @returns to be called once, when the data was read or could not be
   */
  expect(): () => void
  append(access: Access): Promise<readonly Receipt[]>
  /** Stores a policy's canonical text under its hash, once. */
  registerPolicy(hash: string, text: string): Promise<void>
  /** True once the log answers; used by `/readyz`. */
  ping(): Promise<boolean>
  readonly queueDepth: number
  /** Waits for what is queued, at most the deadline. */
  close(): Promise<void>
}

export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable'
}
