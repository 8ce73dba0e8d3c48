import type { Faker } from '@faker-js/faker'
import { calendarDate, monthStart } from './calendar.ts'
import type { DemoCustomer } from './customer.ts'
import { chance } from './danish-faker.ts'
import { danishIban } from './iban.ts'
import type { BankAccountRow } from './rows.ts'
import type { Serials } from './serials.ts'

/** Invented banks with invented branches. */
const BANKS = [
  ['9991', 'Eksempelbanken'],
  ['9992', 'Sparekassen Prøvestenen'],
  ['9993', 'Andelskassen Vesterhav'],
  ['9994', 'Folkekassen Demo'],
] as const

/** One open account, and for some a closed one before it. */
export function demoBankAccounts(
  faker: Faker,
  { row, owner, schedule }: DemoCustomer,
  next: Serials,
): readonly BankAccountRow[] {
  const account = (closedOn: string | undefined): BankAccountRow => {
    const id = next('bankAccount')
    const [registrationNumber, bank] = faker.helpers.arrayElement(BANKS)
    // The account's own number keeps it unique, the digits in front of it make it look like one.
    const accountNumber = `${faker.string.numeric(2)}${String(id).padStart(8, '0')}`
    return {
      id,
      customerId: row.id,
      holder: row.kind === 'company' ? row.name : owner,
      bank,
      registrationNumber,
      accountNumber,
      iban: danishIban(registrationNumber, accountNumber),
      closedOn,
    }
  }
  const open = account(undefined)
  return chance(faker, 0.15) ? [open, account(calendarDate(monthStart(schedule.firstMonth + 1)))] : [open]
}
