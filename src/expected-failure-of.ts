import { AuditUnavailable } from './audit/access.ts'
import { LogAltered } from './audit/signing/log-altered.ts'
import { KeyRefused } from './audit/signing/open-origin.ts'
import { DatabaseUnreachable } from './database/connect-owner.ts'
import { RolesRefused } from './database/ensure-role.ts'
import { MigrationRefused } from './database/migrations.ts'
import { ExpectedFailure } from './expected-failure.ts'

/** What whoever runs the gateway can mend, and is told in our own words: what a driver says can hold a host. */
const EXPECTED = [
  DatabaseUnreachable,
  MigrationRefused,
  RolesRefused,
  KeyRefused,
  LogAltered,
  AuditUnavailable,
] as const

/** Undefined: a fault of ours. */
export function expectedFailureOf(error: unknown): ExpectedFailure | undefined {
  if (error instanceof ExpectedFailure) return error
  const expected = EXPECTED.some((failure) => error instanceof failure)
  return expected && error instanceof Error ? new ExpectedFailure(error.message) : undefined
}
