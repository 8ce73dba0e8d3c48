import type { Workload } from './workload.ts'

const query = `query Point($id: ID!) {
  customer(id: $id) { id cvr name address postcode city }
}`

export const point: Workload = {
  name: 'point',
  title: 'one customer by id, six fields',
  plainQuery: query,
  servedQuery: query,
  sql: `
    SELECT json_build_object('id', id::text, 'cvr', cvr, 'name', name, 'address', street_address,
                             'postcode', postcode, 'city', city)::text AS body
    FROM customer WHERE id = $1`,
  variables: (customers) =>
    Array.from({ length: Math.min(100, customers) }, (_, index) => ({ id: String(index + 1) })),
}
