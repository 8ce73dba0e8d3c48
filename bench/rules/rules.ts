/** A read with a rule of the policy and the same without it, by the purpose that each is for. */
export interface RulePair {
  readonly name: string
  readonly title: string
  readonly query: string
  readonly with: Side
  readonly without: Side
}

export interface Side {
  readonly role: string
  readonly purpose: string
}

const BILLING: Side = { role: 'BILLING_CLERK', purpose: 'BILLING' }
const SUPPORT: Side = { role: 'SUPPORT_AGENT', purpose: 'SUPPORT' }

const customers = (fields: string) => `{ customers(first: 50) { nodes { ${fields} } } }`

export const RULE_PAIRS: readonly RulePair[] = [
  {
    name: 'consent',
    title: 'consent of the data subject',
    query: customers('id name kind'),
    with: { role: 'MARKETER', purpose: 'MARKETING' },
    without: SUPPORT,
  },
  {
    name: 'objection',
    title: 'objection of the data subject',
    query: customers('id'),
    with: { role: 'SECURITY_ANALYST', purpose: 'SECURITY_REVIEW' },
    without: BILLING,
  },
  {
    name: 'transform',
    title: 'area of the postcode and year of a date, and objection',
    query: customers('id kind postcode createdAt'),
    with: { role: 'PRODUCT_ANALYST', purpose: 'SERVICE_IMPROVEMENT' },
    without: SUPPORT,
  },
  {
    name: 'hold',
    title: 'retention that a legal hold lifts, against retention alone',
    query: '{ invoices(first: 50) { nodes { id number status dueOn total } } }',
    with: { role: 'COMPLIANCE_OFFICER', purpose: 'LEGAL_OBLIGATION' },
    without: BILLING,
  },
  {
    name: 'pseudonym',
    title: 'objection, a pseudonym in place of the key, and the order of a keyed hash of all 1,000 rows',
    query: customers('id kind city'),
    with: { role: 'MARKET_ANALYST', purpose: 'MARKET_ANALYSIS' },
    without: BILLING,
  },
]
