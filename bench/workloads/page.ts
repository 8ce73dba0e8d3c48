import type { Workload } from './workload.ts'

const STATUSES = ['PAID', 'OVERDUE', 'ISSUED', 'CREDITED']
const ROW = 'id number status issuedAt dueOn currency total customer { id name }'

export const page: Workload = {
  name: 'page',
  title: 'invoices of a status, the first 50 by due date, with their customers',
  questions: () =>
    STATUSES.map((status) => ({
      variables: { status },
      plain: `query Page($status: InvoiceStatus!) { invoices(first: 50, status: $status) { ${ROW} } }`,
      served: `query Page($status: InvoiceStatus) {
  invoices(first: 50, where: { status: { equals: $status } }, orderBy: [{ dueOn: DESC }]) { nodes { ${ROW} } }
}`,
      postgraphile: `query Page($status: InvoiceStatus) {
  invoices: allInvoices(first: 50, condition: { status: $status }, orderBy: [DUE_ON_DESC, ROW_ID_ASC]) { nodes {
    id: rowId number: invoiceNumber status issuedAt dueOn currency: currencyCode total: totalAmount
    customer: customerByCustomerId { id: rowId name }
  } }
}`,
      sql: { name: 'page', text: SQL },
    })),
}

const SQL = `
  SELECT coalesce(json_agg(i), '[]')::text AS body FROM (
    SELECT invoice.id::text, invoice.invoice_number AS number, upper(invoice.status::text) AS status,
           to_char(invoice.issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "issuedAt",
           invoice.due_on AS "dueOn", invoice.currency_code AS currency, invoice.total_amount::text AS total,
           json_build_object('id', customer.id::text, 'name', customer.name) AS customer
    FROM invoice JOIN customer ON customer.id = invoice.customer_id
    WHERE invoice.status = lower($1)::invoice_status
    ORDER BY invoice.due_on DESC, invoice.id LIMIT 50
  ) AS i`
