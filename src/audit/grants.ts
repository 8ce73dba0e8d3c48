/** What the auditor role may do, table by table; everything else is refused to it. Applied with the migrations. */
export const AUDITOR_GRANTS: readonly Grant[] = [
  { schema: 'gateway', table: 'access_record', privileges: ['SELECT', 'INSERT'] },
  { schema: 'gateway', table: 'log_head', privileges: ['SELECT', 'UPDATE'] },
  { schema: 'gateway', table: 'subject_salt', privileges: ['SELECT', 'INSERT', 'DELETE'] },
  { schema: 'gateway', table: 'policy_version', privileges: ['SELECT', 'INSERT'] },
]

export interface Grant {
  readonly schema: string
  readonly table: string
  readonly privileges: readonly ('SELECT' | 'INSERT' | 'UPDATE' | 'DELETE')[]
}
