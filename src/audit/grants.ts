/** What the auditor role may do, table by table; everything else is refused to it. Shaped as a role's grants. */
export const AUDITOR_GRANTS: readonly AuditorGrant[] = [
  grant('access_record', ['SELECT', 'INSERT']),
  grant('log_head', ['SELECT', 'UPDATE']),
  grant('subject_salt', ['SELECT', 'INSERT', 'DELETE']),
  grant('policy_version', ['SELECT', 'INSERT']),
  grant('aggregate_budget', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
  grant('break_glass_use', ['SELECT', 'INSERT']),
  // A gateway that could write reviews could let its own principals in again.
  grant('break_glass_review', ['SELECT']),
  grant('tree_node', ['SELECT', 'INSERT']),
  grant('log_origin', ['SELECT', 'INSERT']),
  grant('checkpoint', ['SELECT', 'INSERT']),
  grant('log_pruned', ['SELECT']),
]

export interface AuditorGrant {
  readonly table: { readonly schema: string; readonly name: string }
  readonly privileges: readonly ('SELECT' | 'INSERT' | 'UPDATE' | 'DELETE')[]
  /** Whole tables. */
  readonly columns: undefined
}

function grant(name: string, privileges: AuditorGrant['privileges']): AuditorGrant {
  return { table: { schema: 'gateway', name }, privileges, columns: undefined }
}
