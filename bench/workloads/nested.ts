import type { Workload } from './workload.ts'

const LINE = 'id description quantity unit unitPrice amount'
const INVOICE = 'id number status dueOn currency total'

export const nested: Workload = {
  name: 'nested',
  title: '50 customers × 5 invoices × 3 lines',
  plainQuery: `query Nested {
  customers(first: 50) { id name invoices(first: 5) { ${INVOICE} lines(first: 3) { ${LINE} } } }
}`,
  servedQuery: `query Nested {
  customers(first: 50) { nodes { id name invoices(first: 5) { nodes { ${INVOICE} lines(first: 3) { nodes { ${LINE} } } } } } }
}`,
  sql: `
    SELECT json_agg(c)::text AS body FROM (
      SELECT customer.id::text, customer.name, (
        SELECT coalesce(json_agg(i), '[]') FROM (
          SELECT invoice.id::text, invoice.invoice_number AS number, upper(invoice.status::text) AS status,
                 invoice.due_on AS "dueOn", invoice.currency_code AS currency,
                 invoice.total_amount::text AS total, (
            SELECT coalesce(json_agg(l), '[]') FROM (
              SELECT line.id::text, line.description, line.quantity::text, line.unit_name AS unit,
                     line.unit_price::text AS "unitPrice", line.net_amount::text AS amount
              FROM invoice_line AS line WHERE line.invoice_id = invoice.id ORDER BY line.id LIMIT 3
            ) AS l
          ) AS lines
          FROM invoice WHERE invoice.customer_id = customer.id ORDER BY invoice.id LIMIT 5
        ) AS i
      ) AS invoices
      FROM customer ORDER BY customer.id LIMIT 50
    ) AS c`,
  variables: () => [{}],
}
