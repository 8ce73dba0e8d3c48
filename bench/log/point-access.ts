import { createHash } from 'node:crypto'
import type { Access } from '../../src/audit/access.ts'

/** Some policy; the record holds its hash alone. */
export const POLICY_TEXT = 'the policy of the bench'
export const POLICY_HASH = createHash('sha256').update(POLICY_TEXT).digest('hex')

const CUSTOMERS = 1_000
const OPERATION_HASH = createHash('sha256').update('query Point').digest('hex')
const FIELDS = Object.fromEntries(
  ['address', 'city', 'cvr', 'id', 'name', 'postcode'].map((field) => [`Customer.${field}`, 'AS_IS']),
)

/** What the gateway puts on record of the workload `point`: six fields, one data subject, a trace. */
export function pointAccess(serial: number): Access {
  const number = serial.toString(16)
  return {
    at: Date.now(),
    outcome: 'granted',
    principal: { subject: 'bench', app: 'bench', roles: ['BILLING_CLERK'] },
    purpose: 'BILLING',
    basis: 'CONTRACT',
    justification: undefined,
    operation: { name: 'Point', hash: OPERATION_HASH },
    fields: FIELDS,
    blocked: {},
    rows: { Customer: 1 },
    subjects: [{ model: 'Customer', key: String(1 + (serial % CUSTOMERS)) }],
    policy: POLICY_HASH,
    response: number.padStart(64, '0'),
    trace: { traceId: number.padStart(32, '0'), spanId: number.padStart(16, '0') },
  }
}
