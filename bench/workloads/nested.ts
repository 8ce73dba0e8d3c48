import type { Workload } from './workload.ts'

const LINE = 'id description quantity unit unitPrice amount'
const INVOICE = 'id number status dueOn currency total'

const THEIR_LINE = 'id: rowId description quantity unit: unitName unitPrice amount: netAmount'
const THEIR_INVOICE = 'id: rowId number: invoiceNumber status dueOn currency: currencyCode total: totalAmount'

export const nested: Workload = {
  name: 'nested',
  title: '50 customers × 5 invoices × 3 lines',
  questions: () => [
    {
      variables: {},
      plain: `query Nested {
  customers(first: 50) { id name invoices(first: 5) { ${INVOICE} lines(first: 3) { ${LINE} } } }
}`,
      served: `query Nested {
  customers(first: 50) { nodes { id name invoices(first: 5) { nodes { ${INVOICE} lines(first: 3) { nodes { ${LINE} } } } } } }
}`,
      postgraphile: `query Nested {
  customers: allCustomers(first: 50) { nodes {
    id: rowId name
    invoices: invoicesByCustomerId(first: 5) { nodes {
      ${THEIR_INVOICE} lines: invoiceLinesByInvoiceId(first: 3) { nodes { ${THEIR_LINE} } }
    } }
  } }
}`,
      sql: { name: 'nested', text: SQL },
    },
  ],
}

const SQL = `
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
  ) AS c`
