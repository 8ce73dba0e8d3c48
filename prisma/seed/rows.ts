/**
 * The rows of each table as they are generated. Enum values are the database's labels, amounts whole øre, quantities
 * thousandths, VAT rates per cent, dates `YYYY-MM-DD`, instants milliseconds since the epoch.
 */
export interface CustomerRow {
  readonly id: number
  readonly kind: 'company' | 'sole_proprietor'
  readonly cvr: string | undefined
  readonly name: string
  readonly address: string
  readonly postcode: string
  readonly city: string
  readonly country: string
  readonly industryCode: string
  readonly employeeCount: number | undefined
  readonly vulnerability: 'payment_hardship' | 'debt_restructuring' | 'estate' | undefined
  readonly bookkeeperId: number | undefined
  readonly createdAtMs: number
}

export interface ContactRow {
  readonly id: number
  readonly customerId: number
  readonly name: string
  readonly title: string | undefined
  readonly email: string | undefined
  readonly phone: string | undefined
  readonly cpr: string | undefined
  readonly birthDate: string | undefined
  readonly primary: boolean
  readonly createdAtMs: number
}

export interface SubscriptionRow {
  readonly id: string
  readonly customerId: number
  readonly plan: 'start' | 'standard' | 'plus' | 'payroll'
  readonly status: 'trial' | 'active' | 'paused' | 'cancelled'
  readonly seats: number
  readonly monthlyPriceOre: number
  readonly startedOn: string
  readonly endedOn: string | undefined
}

export interface InvoiceRow {
  readonly id: number
  readonly customerId: number
  readonly number: number
  readonly status: 'issued' | 'overdue' | 'paid' | 'credited'
  readonly issuedAtMs: number
  readonly dueOn: string
  readonly currency: string
  readonly netOre: number
  readonly vatOre: number
  readonly totalOre: number
  readonly reference: string | undefined
  readonly creditNoteOfId: number | undefined
}

export interface InvoiceLineRow {
  readonly id: number
  readonly invoiceId: number
  readonly position: number
  readonly subscriptionId: string | undefined
  readonly description: string
  readonly quantityThousandths: number
  readonly unit: string
  readonly unitPriceOre: number
  readonly vatRate: number
  readonly amountOre: number
}

export interface PaymentRow {
  readonly id: number
  readonly invoiceId: number
  readonly bankAccountId: number | undefined
  readonly method: 'bank_transfer' | 'direct_debit' | 'card' | 'mobile'
  readonly amountOre: number
  readonly currency: string
  readonly receivedAtMs: number
  readonly reference: string
}

export interface BankAccountRow {
  readonly id: number
  readonly customerId: number
  readonly holder: string
  readonly bank: string
  readonly registrationNumber: string
  readonly accountNumber: string
  readonly iban: string
  readonly closedOn: string | undefined
}

export interface LedgerEntryRow {
  readonly customerId: number
  readonly number: number
  readonly voucher: number
  readonly account: number
  readonly text: string
  readonly amountOre: number
  readonly postedOn: string
  readonly invoiceId: number | undefined
  readonly paymentId: number | undefined
}

export interface SupportTicketRow {
  readonly id: string
  readonly customerId: number
  readonly contactId: number | undefined
  readonly subject: string
  readonly status: 'open' | 'waiting' | 'solved'
  readonly tags: readonly string[]
  readonly rating: number | undefined
  readonly openedAtMs: number
  readonly solvedAtMs: number | undefined
}

export interface TicketMessageRow {
  readonly ticketId: string
  readonly sequence: number
  readonly author: 'customer' | 'agent'
  readonly body: string
  readonly sentAtMs: number
}

export interface ConsentRow {
  readonly id: string
  readonly customerId: number
  readonly contactId: number
  readonly purpose: 'marketing' | 'partner_offers'
  readonly source: 'sign_up' | 'profile' | 'phone'
  readonly wording: string
  readonly givenAtMs: number
  readonly withdrawnAtMs: number | undefined
  readonly expiresAtMs: number | undefined
}

export interface ObjectionRow {
  readonly id: string
  readonly customerId: number
  readonly purpose: 'service_improvement' | 'market_analysis' | undefined
  readonly raisedAtMs: number
  readonly withdrawnAtMs: number | undefined
}

export interface UsageEventRow {
  readonly id: number
  readonly customerId: number
  readonly contactId: number | undefined
  readonly feature: string
  readonly occurredAtMs: number
  readonly durationMs: number | undefined
  readonly sizeBytes: number | undefined
  readonly properties: Readonly<Record<string, string | number | boolean>>
}

/** Everything about one customer, or about several one after the other. */
export interface DemoRows {
  readonly customers: readonly CustomerRow[]
  readonly contacts: readonly ContactRow[]
  readonly subscriptions: readonly SubscriptionRow[]
  readonly bankAccounts: readonly BankAccountRow[]
  readonly invoices: readonly InvoiceRow[]
  readonly invoiceLines: readonly InvoiceLineRow[]
  readonly payments: readonly PaymentRow[]
  readonly ledgerEntries: readonly LedgerEntryRow[]
  readonly tickets: readonly SupportTicketRow[]
  readonly messages: readonly TicketMessageRow[]
  readonly consents: readonly ConsentRow[]
  readonly objections: readonly ObjectionRow[]
  readonly usageEvents: readonly UsageEventRow[]
}
