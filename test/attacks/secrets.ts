import type pg from 'pg'

/** What an attacker is after: a text that stands in every row of its column, and in no name of the schema. */
export const SECRETS = {
  cpr: { table: 'contact', column: 'cpr_number', marker: 'cprS3c', unique: false },
  phone: { table: 'contact', column: 'phone', marker: 'phoneS3cret', unique: false },
  contactName: { table: 'contact', column: 'full_name', marker: 'personS3cret', unique: true },
  title: { table: 'contact', column: 'title', marker: 'titleS3cret', unique: false },
  address: { table: 'customer', column: 'street_address', marker: 'streetS3cret', unique: true },
  customerName: { table: 'customer', column: 'name', marker: 'firmS3cret', unique: true },
  industry: { table: 'customer', column: 'industry_code', marker: 'iS3c', unique: false },
  iban: { table: 'bank_account', column: 'iban', marker: 'ibanS3cret', unique: true },
  registration: { table: 'bank_account', column: 'registration_number', marker: 'rS3c', unique: false },
  holder: { table: 'bank_account', column: 'holder_name', marker: 'holderS3cret', unique: true },
  message: { table: 'ticket_message', column: 'body', marker: 'bodyS3cret', unique: false },
  subject: { table: 'support_ticket', column: 'subject', marker: 'subjectS3cret', unique: false },
  paymentText: { table: 'payment', column: 'payment_reference', marker: 'paidS3cret', unique: false },
  ledgerText: { table: 'ledger_entry', column: 'entry_text', marker: 'ledgerS3cret', unique: false },
} as const

export type Secret = keyof typeof SECRETS

/** E-mail has two halves: the local part is the secret, the domain is what analysts may see. */
const MAILBOX = 'mailboxS3cret'

export async function plantSecrets(owner: pg.Client): Promise<void> {
  for (const { table, column, marker, unique } of Object.values(SECRETS)) {
    const value = unique ? `'${marker}' || id` : `'${marker}'`
    await owner.query(`UPDATE ${table} SET ${column} = ${value}`)
  }
  await owner.query(`UPDATE contact SET email = '${MAILBOX}' || id || '@seen' || id || '.example'`)
}
