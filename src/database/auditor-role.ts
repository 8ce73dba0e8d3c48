import { roleName } from './role-name.ts'
import type { RoleSpec, TableGrant } from './role-spec.ts'

/** The role that writes the log: what `grants` says, table by table, in the schema `gateway`. */
export function auditorRole(database: string, grants: readonly TableGrant[]): RoleSpec {
  return {
    name: roleName('auditor', database),
    grants,
    searchPath: ['gateway', 'pg_temp'],
    schemas: [],
    settings: {
      // "Durable before the answer leaves" must not depend on a default of the server.
      synchronous_commit: 'on',
      statement_timeout: '60s',
      // A gateway that stops in the middle of a commit holds the head of the log, and with it every other gateway.
      idle_in_transaction_session_timeout: '5s',
      jit: 'off',
    },
  }
}
