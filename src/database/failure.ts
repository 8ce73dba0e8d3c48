import pg from 'pg'
import type { ErrorCode } from '../errors.ts'

/** What a client may know of a failed statement. The server's message can quote data, so it goes no further than here. */
export interface StatementFailure {
  readonly kind: 'failed'
  readonly code: Extract<
    ErrorCode,
    'STATEMENT_TIMEOUT' | 'DATABASE_UNAVAILABLE' | 'REQUEST_CANCELLED' | 'BAD_USER_INPUT' | 'INTERNAL_ERROR'
  >
  /** Undefined: the failure did not come from the server. */
  readonly sqlState: string | undefined
}

/** Classes of SQLSTATE (PostgreSQL, appendix A) and single states that override their class. */
const CODES: ReadonlyMap<string, StatementFailure['code']> = new Map([
  // 57014 query_canceled is what a timeout gives; 55P03 lock_not_available, a wait for a lock.
  ['57014', 'STATEMENT_TIMEOUT'],
  ['55P03', 'STATEMENT_TIMEOUT'],
  // A value that is no value of its type, or out of its range.
  ['22', 'BAD_USER_INPUT'],
  // A message that the server does not understand, such as a wrong number of values, is our bug.
  ['08P01', 'INTERNAL_ERROR'],
  ['08', 'DATABASE_UNAVAILABLE'],
  ['28', 'DATABASE_UNAVAILABLE'],
  ['3D', 'DATABASE_UNAVAILABLE'],
  // A standby that has to go on replaying cancels what stands in its way.
  ['40', 'DATABASE_UNAVAILABLE'],
  ['53', 'DATABASE_UNAVAILABLE'],
  ['57', 'DATABASE_UNAVAILABLE'],
  ['58', 'DATABASE_UNAVAILABLE'],
])

/** Whatever a connection or a statement threw → what it means. */
export function failureOf(error: unknown): StatementFailure {
  if (error instanceof pg.DatabaseError) {
    const sqlState = error.code ?? ''
    const code = CODES.get(sqlState) ?? CODES.get(sqlState.slice(0, 2)) ?? 'INTERNAL_ERROR'
    return { kind: 'failed', code, sqlState }
  }
  // The driver throws these for what it was given, and plain errors for a connection that is gone or does not come.
  const ours = error instanceof TypeError || error instanceof RangeError || isNameClash(error)
  return { kind: 'failed', code: ours ? 'INTERNAL_ERROR' : 'DATABASE_UNAVAILABLE', sqlState: undefined }
}

function isNameClash(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Prepared statements must be unique')
}
