import type { Policy } from '../policy/policy.ts'
import { governedColumns, governedTypeSchemas } from './governed-columns.ts'
import { roleName } from './role-name.ts'
import type { RoleSpec } from './role-spec.ts'

/**
 * The role that governed reads run as: SELECT on governed columns, and nothing that writes. A session can change its own
 * settings, so these only guard against accidents; what holds against an attacker is that the privileges are missing.
 *
 * @param searchPath the schema of unqualified tables first, then those of extensions that the governed types need
 */
export function readerRole(database: string, policy: Policy, searchPath: readonly string[]): RoleSpec {
  return {
    name: roleName('reader', database),
    grants: governedColumns(policy),
    // Named last, because PostgreSQL otherwise looks for temporary tables before all others.
    searchPath: [...searchPath, 'pg_temp'],
    schemas: [...governedTypeSchemas(policy), ...searchPath.slice(1)],
    settings: {
      default_transaction_read_only: 'on',
      // For sessions that set none; the gateway's own are shorter.
      statement_timeout: '60s',
      idle_in_transaction_session_timeout: '10s',
      lock_timeout: '5s',
      // Many small reads at once: starting workers or a compiler costs more than it gains.
      max_parallel_workers_per_gather: '0',
      jit: 'off',
    },
  }
}
