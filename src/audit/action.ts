import type { Access, SubjectKey } from './access.ts'

/** What was done to the log itself. It stands in a record of its own, as member `action`. */
export type Action =
  /** The salts of the record's `subjects` were deleted. */
  | { readonly kind: 'erasure'; readonly salts: number }
  /** Records before an index (over all origins) were deleted. */
  | { readonly kind: 'pruning'; readonly before: number; readonly policy: string }
  /** The first record of an origin: the final checkpoint of the one before it. */
  | {
      readonly kind: 'origin'
      readonly checkpoint: string
      readonly previous: { readonly origin: string; readonly size: number }
    }

export interface ActionContext {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Who did it: an account of the system, or the gateway. */
  readonly by: { readonly subject: string; readonly app: string }
  readonly justification?: string | undefined
  readonly subjects?: readonly SubjectKey[]
}

/** The access that puts an action on record. */
export function accessOfAction(
  action: Action,
  { at, by, justification, subjects = [] }: ActionContext,
): Access {
  return {
    at,
    action,
    outcome: 'granted',
    principal: { ...by, roles: [] },
    purpose: undefined,
    basis: undefined,
    justification,
    operation: { name: undefined, hash: undefined },
    fields: {},
    blocked: {},
    rows: {},
    subjects,
    policy: undefined,
    response: undefined,
    trace: undefined,
  }
}
