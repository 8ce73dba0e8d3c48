import type { Workload } from './workload.ts'

const LINE = 'id position description quantity unit unitPrice vatRate amount'
const INVOICE = 'id number status issuedAt dueOn currency net vat total reference'
const CUSTOMER = 'id kind cvr name address postcode city country vulnerability'
const SUBSCRIPTION = 'plan status seats'
const ROW = `${LINE} invoice { ${INVOICE} customer { ${CUSTOMER} } } subscription { ${SUBSCRIPTION} }`

const THEIR_ROW = `
    id: rowId position: linePosition description quantity unit: unitName unitPrice vatRate amount: netAmount
    invoice: invoiceByInvoiceId {
      id: rowId number: invoiceNumber status issuedAt dueOn currency: currencyCode net: netAmount vat: vatAmount
      total: totalAmount reference: buyerReference
      customer: customerByCustomerId {
        id: rowId kind cvr name address: streetAddress postcode city country: countryCode vulnerability
      }
    }
    subscription: customerSubscriptionBySubscriptionId { plan status seats }`

/** No model has thirty fields that one purpose may read; a line has them together with what it belongs to. */
export const wide: Workload = {
  name: 'wide',
  title: '200 invoice lines × 30 fields, of the line and its invoice, customer and subscription',
  questions: () => [
    {
      variables: {},
      plain: `query Wide { invoiceLines(first: 200) { ${ROW} } }`,
      served: `query Wide { invoiceLines(first: 200) { nodes { ${ROW} } } }`,
      postgraphile: `query Wide { invoiceLines: allInvoiceLines(first: 200) { nodes { ${THEIR_ROW} } } }`,
      sql: { name: 'wide', text: SQL },
    },
  ],
}

const SQL = `
  SELECT json_agg(l)::text AS body FROM (
    SELECT line.id::text, line.line_position AS position, line.description, line.quantity::text,
           line.unit_name AS unit, line.unit_price::text AS "unitPrice", line.vat_rate::text AS "vatRate",
           line.net_amount::text AS amount,
           json_build_object(
             'id', invoice.id::text, 'number', invoice.invoice_number, 'status', upper(invoice.status::text),
             'issuedAt', to_char(invoice.issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
             'dueOn', invoice.due_on, 'currency', invoice.currency_code, 'net', invoice.net_amount::text,
             'vat', invoice.vat_amount::text, 'total', invoice.total_amount::text,
             'reference', invoice.buyer_reference,
             'customer', json_build_object(
               'id', customer.id::text, 'kind', upper(customer.kind::text), 'cvr', customer.cvr,
               'name', customer.name, 'address', customer.street_address, 'postcode', customer.postcode,
               'city', customer.city, 'country', customer.country_code,
               'vulnerability', upper(customer.vulnerability::text))) AS invoice,
           CASE WHEN subscription.id IS NOT NULL THEN json_build_object(
             'plan', upper(subscription.plan::text), 'status', upper(subscription.status::text),
             'seats', subscription.seats) END AS subscription
    FROM (SELECT * FROM invoice_line ORDER BY id LIMIT 200) AS line
    JOIN invoice ON invoice.id = line.invoice_id
    JOIN customer ON customer.id = invoice.customer_id
    LEFT JOIN subscription ON subscription.id = line.subscription_id
    ORDER BY line.id
  ) AS l`
