import type { Workload } from './workload.ts'

const FIELDS = 'id cvr name address postcode city'

export const point: Workload = {
  name: 'point',
  title: 'one customer by id, six fields',
  questions: (customers) =>
    Array.from({ length: Math.min(100, customers) }, (_, index) => ({
      variables: { id: String(index + 1) },
      plain: QUERY,
      served: QUERY,
      postgraphile: `query Point($id: Int!) {
  customer: customerByRowId(rowId: $id) { id: rowId cvr name address: streetAddress postcode city }
}`,
      sql: { name: 'point', text: SQL },
    })),
}

const QUERY = `query Point($id: ID!) {
  customer(id: $id) { ${FIELDS} }
}`

const SQL = `
  SELECT json_build_object('id', id::text, 'cvr', cvr, 'name', name, 'address', street_address,
                           'postcode', postcode, 'city', city)::text AS body
  FROM customer WHERE id = $1`
