import type { Cell } from './copy-text.ts'
import { decimalAmount } from './money.ts'
import type { DemoRows } from './rows.ts'

type Row<Entity extends keyof DemoRows> = DemoRows[Entity][number]

/** How the rows of one entity become rows of its table. */
interface Table<Entity extends keyof DemoRows> {
  readonly name: string
  /** The column that a sequence fills for later rows. */
  readonly serial: string | undefined
  readonly columns: Readonly<Record<string, (row: Row<Entity>) => Cell>>
}

const instant = (ms: number): string => new Date(ms).toISOString()
const optionalInstant = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : instant(ms)

/** In the order in which foreign keys let them be loaded. */
export const TABLES: { readonly [Entity in keyof DemoRows]: Table<Entity> } = {
  customers: {
    name: 'customer',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      kind: (row) => row.kind,
      cvr: (row) => row.cvr,
      name: (row) => row.name,
      street_address: (row) => row.address,
      postcode: (row) => row.postcode,
      city: (row) => row.city,
      country_code: (row) => row.country,
      industry_code: (row) => row.industryCode,
      employee_count: (row) => row.employeeCount,
      vulnerability: (row) => row.vulnerability,
      bookkeeper_id: (row) => row.bookkeeperId,
      created_at: (row) => instant(row.createdAtMs),
    },
  },
  contacts: {
    name: 'contact',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      full_name: (row) => row.name,
      title: (row) => row.title,
      email: (row) => row.email,
      phone: (row) => row.phone,
      cpr_number: (row) => row.cpr,
      birth_date: (row) => row.birthDate,
      is_primary: (row) => row.primary,
      created_at: (row) => instant(row.createdAtMs),
    },
  },
  subscriptions: {
    name: 'subscription',
    serial: undefined,
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      plan: (row) => row.plan,
      status: (row) => row.status,
      seats: (row) => row.seats,
      monthly_price: (row) => decimalAmount(row.monthlyPriceOre),
      started_on: (row) => row.startedOn,
      ended_on: (row) => row.endedOn,
    },
  },
  bankAccounts: {
    name: 'bank_account',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      holder_name: (row) => row.holder,
      bank_name: (row) => row.bank,
      registration_number: (row) => row.registrationNumber,
      account_number: (row) => row.accountNumber,
      iban: (row) => row.iban,
      closed_on: (row) => row.closedOn,
    },
  },
  invoices: {
    name: 'invoice',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      invoice_number: (row) => row.number,
      status: (row) => row.status,
      issued_at: (row) => instant(row.issuedAtMs),
      due_on: (row) => row.dueOn,
      currency_code: (row) => row.currency,
      net_amount: (row) => decimalAmount(row.netOre),
      vat_amount: (row) => decimalAmount(row.vatOre),
      total_amount: (row) => decimalAmount(row.totalOre),
      buyer_reference: (row) => row.reference,
      credit_note_of_id: (row) => row.creditNoteOfId,
    },
  },
  invoiceLines: {
    name: 'invoice_line',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      invoice_id: (row) => row.invoiceId,
      line_position: (row) => row.position,
      subscription_id: (row) => row.subscriptionId,
      description: (row) => row.description,
      quantity: (row) => (row.quantityThousandths / 1000).toFixed(3),
      unit_name: (row) => row.unit,
      unit_price: (row) => decimalAmount(row.unitPriceOre),
      vat_rate: (row) => row.vatRate,
      net_amount: (row) => decimalAmount(row.amountOre),
    },
  },
  payments: {
    name: 'payment',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      invoice_id: (row) => row.invoiceId,
      bank_account_id: (row) => row.bankAccountId,
      payment_method: (row) => row.method,
      amount: (row) => decimalAmount(row.amountOre),
      currency_code: (row) => row.currency,
      received_at: (row) => instant(row.receivedAtMs),
      payment_reference: (row) => row.reference,
    },
  },
  ledgerEntries: {
    name: 'ledger_entry',
    serial: undefined,
    columns: {
      customer_id: (row) => row.customerId,
      entry_number: (row) => row.number,
      voucher_number: (row) => row.voucher,
      account_number: (row) => row.account,
      entry_text: (row) => row.text,
      amount: (row) => decimalAmount(row.amountOre),
      posted_on: (row) => row.postedOn,
      invoice_id: (row) => row.invoiceId,
      payment_id: (row) => row.paymentId,
    },
  },
  tickets: {
    name: 'support_ticket',
    serial: undefined,
    columns: {
      ticket_number: (row) => row.id,
      customer_id: (row) => row.customerId,
      contact_id: (row) => row.contactId,
      subject: (row) => row.subject,
      status: (row) => row.status,
      tags: (row) => row.tags,
      satisfaction_rating: (row) => row.rating,
      opened_at: (row) => instant(row.openedAtMs),
      solved_at: (row) => optionalInstant(row.solvedAtMs),
    },
  },
  messages: {
    name: 'ticket_message',
    serial: undefined,
    columns: {
      ticket_number: (row) => row.ticketId,
      sequence_number: (row) => row.sequence,
      author: (row) => row.author,
      body: (row) => row.body,
      sent_at: (row) => instant(row.sentAtMs),
    },
  },
  consents: {
    name: 'consent',
    serial: undefined,
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      contact_id: (row) => row.contactId,
      consent_purpose: (row) => row.purpose,
      consent_source: (row) => row.source,
      wording_version: (row) => row.wording,
      given_at: (row) => instant(row.givenAtMs),
      withdrawn_at: (row) => optionalInstant(row.withdrawnAtMs),
      expires_at: (row) => optionalInstant(row.expiresAtMs),
    },
  },
  objections: {
    name: 'objection',
    serial: undefined,
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      objection_purpose: (row) => row.purpose,
      raised_at: (row) => instant(row.raisedAtMs),
      withdrawn_at: (row) => optionalInstant(row.withdrawnAtMs),
    },
  },
  usageEvents: {
    name: 'usage_event',
    serial: 'id',
    columns: {
      id: (row) => row.id,
      customer_id: (row) => row.customerId,
      contact_id: (row) => row.contactId,
      feature_name: (row) => row.feature,
      occurred_at: (row) => instant(row.occurredAtMs),
      duration_ms: (row) => row.durationMs,
      size_bytes: (row) => row.sizeBytes,
      properties: (row) => JSON.stringify(row.properties),
    },
  },
}
