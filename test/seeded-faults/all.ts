import { AUDIT_FAULTS } from './audit-faults.ts'
import { ENFORCE_FAULTS } from './enforce-faults.ts'
import type { Fault } from './fault.ts'
import { GROUP_FAULTS } from './group-faults.ts'
import { IDENTITY_FAULTS } from './identity-faults.ts'
import { PLAN_FAULTS } from './plan-faults.ts'
import { POLICY_FAULTS } from './policy-faults.ts'
import { READ_FAULTS } from './read-faults.ts'
import { RETENTION_FAULTS } from './retention-faults.ts'
import { ROW_FAULTS } from './row-faults.ts'
import { SERVING_FAULTS } from './serving-faults.ts'
import { TIME_FAULTS } from './time-faults.ts'

export const FAULTS: readonly Fault[] = [
  ...POLICY_FAULTS,
  ...PLAN_FAULTS,
  ...READ_FAULTS,
  ...ROW_FAULTS,
  ...RETENTION_FAULTS,
  ...TIME_FAULTS,
  ...GROUP_FAULTS,
  ...ENFORCE_FAULTS,
  ...AUDIT_FAULTS,
  ...IDENTITY_FAULTS,
  ...SERVING_FAULTS,
]
