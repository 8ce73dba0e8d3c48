const DATE_TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

const CUSTOMER_COLUMNS = `
  customer.id::text, upper(customer.kind::text) AS kind, customer.cvr, customer.name,
  customer.street_address AS address, customer.postcode, customer.city, customer.country_code AS country,
  upper(customer.vulnerability::text) AS vulnerability`

const INVOICE_COLUMNS = `
  invoice.id::text, invoice.invoice_number AS number, upper(invoice.status::text) AS status,
  to_char(invoice.issued_at AT TIME ZONE 'UTC', ${DATE_TIME}) AS "issuedAt", invoice.due_on::text AS "dueOn",
  invoice.currency_code AS currency, invoice.net_amount::text AS net, invoice.vat_amount::text AS vat,
  invoice.total_amount::text AS total, invoice.buyer_reference AS reference`

const LINE_COLUMNS = `
  line.id::text, line.line_position AS position, line.description, line.quantity::text, line.unit_name AS unit,
  line.unit_price::text AS "unitPrice", line.vat_rate::text AS "vatRate", line.net_amount::text AS amount`

/** `$2`, and `$3` with lines: how many. */
function invoicesOfCustomer(lines: string): string {
  return `(SELECT coalesce(json_agg(i), '[]') FROM (
    SELECT ${INVOICE_COLUMNS}${lines} FROM invoice WHERE invoice.customer_id = customer.id ORDER BY invoice.id LIMIT $2
  ) AS i) AS invoices`
}

const LINES_OF_INVOICE = `, (SELECT coalesce(json_agg(l), '[]') FROM (
    SELECT ${LINE_COLUMNS} FROM invoice_line AS line WHERE line.invoice_id = invoice.id ORDER BY line.id LIMIT $3
  ) AS l) AS lines`

/** Written by hand for what is asked at each root field; `depth` says how far down the operation goes. */
export const STATEMENTS = {
  customer: [
    { name: 'customer', text: `SELECT ${CUSTOMER_COLUMNS} FROM customer WHERE id = $1` },
    {
      name: 'customer-invoices',
      text: `SELECT ${CUSTOMER_COLUMNS}, ${invoicesOfCustomer('')} FROM customer WHERE id = $1`,
    },
    {
      name: 'customer-invoices-lines',
      text: `SELECT ${CUSTOMER_COLUMNS}, ${invoicesOfCustomer(LINES_OF_INVOICE)} FROM customer WHERE id = $1`,
    },
  ],
  customers: [
    { name: 'customers', text: `SELECT ${CUSTOMER_COLUMNS} FROM customer ORDER BY customer.id LIMIT $1` },
    {
      name: 'customers-invoices',
      text: `SELECT ${CUSTOMER_COLUMNS}, ${invoicesOfCustomer('')} FROM customer ORDER BY customer.id LIMIT $1`,
    },
    {
      name: 'customers-invoices-lines',
      text: `SELECT ${CUSTOMER_COLUMNS}, ${invoicesOfCustomer(LINES_OF_INVOICE)} FROM customer ORDER BY customer.id LIMIT $1`,
    },
  ],
  invoices: {
    name: 'invoices',
    text: `SELECT ${INVOICE_COLUMNS}, json_build_object('id', customer.id::text, 'name', customer.name) AS customer
      FROM invoice JOIN customer ON customer.id = invoice.customer_id
      WHERE invoice.status = lower($2)::invoice_status
      ORDER BY invoice.due_on DESC, invoice.id LIMIT $1`,
  },
  invoiceLines: {
    name: 'invoice-lines',
    text: `SELECT ${LINE_COLUMNS},
        (SELECT row_to_json(i) FROM (
          SELECT ${INVOICE_COLUMNS}, (SELECT row_to_json(c) FROM (SELECT ${CUSTOMER_COLUMNS}) AS c) AS customer
        ) AS i) AS invoice,
        CASE WHEN subscription.id IS NOT NULL THEN json_build_object(
          'plan', upper(subscription.plan::text), 'status', upper(subscription.status::text),
          'seats', subscription.seats) END AS subscription
      FROM (SELECT * FROM invoice_line ORDER BY id LIMIT $1) AS line
      JOIN invoice ON invoice.id = line.invoice_id
      JOIN customer ON customer.id = invoice.customer_id
      LEFT JOIN subscription ON subscription.id = line.subscription_id
      ORDER BY line.id`,
  },
  invoicesByStatus: {
    name: 'invoices-by-status',
    text: `SELECT json_build_object('status', upper(status::text)) AS key, count(*)::integer AS count,
        json_build_object('total', sum(total_amount)::text) AS sum
      FROM invoice GROUP BY status ORDER BY status`,
  },
  subscriptionsByPlan: {
    name: 'subscriptions-by-plan',
    text: `SELECT json_build_object('plan', upper(plan::text)) AS key, count(*)::integer AS count,
        json_build_object('seats', sum(seats), 'monthlyPrice', sum(monthly_price)::text) AS sum,
        json_build_object('monthlyPrice', round(avg(monthly_price), 6)::text) AS avg
      FROM subscription GROUP BY plan ORDER BY plan`,
  },
} as const
