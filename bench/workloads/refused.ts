import type { Workload } from './workload.ts'

/**
 * Only the gateway refuses. The refusal is on record like any other answer; but a flood of them, as this is, is folded into
 * few records and slowed to their pace on purpose, so what counts here is the processor time.
 */
export const refused: Workload = {
  name: 'refused',
  title:
    'an operation with a field that the purpose may not read: 403, on record, a flood that is slowed on purpose',
  answer: 'refusal',
  questions: () => [
    { variables: {}, served: 'query Refused { customers(first: 50) { nodes { id name industryCode } } }' },
  ],
}
