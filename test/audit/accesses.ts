import type { Access } from '../../src/audit/access.ts'

/** A granted access of an ordinary request; `changes` replaces members. */
export function accessOf(changes: Partial<Access> = {}): Access {
  return {
    at: Date.UTC(2026, 10, 22, 9, 30, 0, 125),
    outcome: 'granted',
    principal: { subject: 'ane', app: 'invoicing', roles: ['BILLING_CLERK'] },
    purpose: 'BILLING',
    basis: 'CONTRACT',
    justification: undefined,
    operation: { name: 'InvoiceRun', hash: '5e'.repeat(32) },
    fields: { 'Customer.id': 'AS_IS', 'Customer.name': 'AS_IS', 'Contact.email': 'DOMAIN' },
    blocked: {},
    rows: { Customer: 1, Contact: 2 },
    subjects: [{ model: 'Customer', key: '1017' }],
    policy: 'b0'.repeat(32),
    response: 'c1'.repeat(32),
    trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
    ...changes,
  }
}

/** A refusal, as `accessOf` otherwise. */
export function refusalOf(changes: Partial<Access> = {}): Access {
  return accessOf({
    outcome: 'refused',
    fields: {},
    blocked: { 'Contact.email': 'FIELD_NOT_PERMITTED' },
    rows: {},
    subjects: [],
    response: undefined,
    ...changes,
  })
}
