import type { Workload } from './workload.ts'

/** Only the gateway refuses. The refusal is on record like any other answer. */
export const refused: Workload = {
  name: 'refused',
  title: 'an operation with a field that the purpose may not read: 403, on record',
  answer: 'refusal',
  questions: () => [
    { variables: {}, served: 'query Refused { customers(first: 50) { nodes { id name industryCode } } }' },
  ],
}
