import type { Faker } from '@faker-js/faker'
import { calendarDate, DAY_MS, TODAY_MS } from './calendar.ts'
import { cprNumber } from './cpr.ts'
import type { DemoCustomer } from './customer.ts'
import { chance } from './danish-faker.ts'
import type { ContactRow } from './rows.ts'
import type { Serials } from './serials.ts'

const TITLES = [
  'Bogholder',
  'Økonomichef',
  'Administrator',
  'Lønansvarlig',
  'Projektleder',
  'Kontorassistent',
]
/** `.example` belongs to nobody and never will (RFC 2606), so no mail can be sent to any of these. */
const MAILBOXES = ['postkasse.example', 'netpost.example', 'minmail.example']
/** What stands last in a company's name, and in no domain's. */
const LEGAL_FORM = / (ApS|A\/S|I\/S|AB|AS|GmbH|Sp\/f)$/
const LETTERS: Readonly<Record<string, string>> = {
  æ: 'ae',
  ø: 'oe',
  å: 'aa',
  é: 'e',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ó: 'o',
}

/** The people of a customer; the first one runs it. */
export function demoContacts(
  faker: Faker,
  customer: DemoCustomer,
  next: Serials,
  payroll: boolean,
): readonly ContactRow[] {
  const sole = customer.row.kind === 'sole_proprietor'
  const count = sole ? (chance(faker, 0.15) ? 2 : 1) : faker.number.int({ min: 1, max: 4 })
  const domain =
    sole && chance(faker, 0.6) ? undefined : `${slug(customer.row.name.replace(LEGAL_FORM, ''))}.example`
  return Array.from({ length: count }, (_, place): ContactRow => {
    const name = place === 0 ? customer.owner : `${faker.person.firstName()} ${faker.person.lastName()}`
    const birthMs =
      Date.UTC(faker.number.int({ min: 1955, max: 2004 }), 0, 1) + faker.number.int({ max: 364 }) * DAY_MS
    const cpr = cprNumber(birthMs, faker.number.int({ max: 399 }))
    const onPayroll = payroll && chance(faker, 0.8)
    return {
      id: next('contact'),
      customerId: customer.row.id,
      name,
      title: place === 0 ? (sole ? 'Indehaver' : 'Direktør') : faker.helpers.arrayElement(TITLES),
      email: chance(faker, 0.03)
        ? undefined
        : emailAddress(name, domain ?? faker.helpers.arrayElement(MAILBOXES)),
      phone: chance(faker, 0.1) ? undefined : phoneNumber(faker, customer.row.country),
      cpr: onPayroll ? cpr : undefined,
      birthDate: place === 0 || onPayroll ? calendarDate(birthMs) : undefined,
      primary: place === 0,
      createdAtMs: place === 0 ? customer.row.createdAtMs : laterThan(faker, customer.row.createdAtMs),
    }
  })
}

/** No subscriber's number begins with a zero after the country code, so these ring nowhere. */
function phoneNumber(faker: Faker, country: string): string {
  const codes: Readonly<Record<string, string>> = { SE: '+46', NO: '+47', DE: '+49', FO: '+298', GL: '+299' }
  return `${codes[country] ?? '+45'} 0${faker.string.numeric(7).replace(/(.)(..)(..)(..)/, '$1 $2 $3 $4')}`
}

function emailAddress(name: string, domain: string): string {
  const parts = name.split(/\s+/).map(slug)
  return `${parts[0]}.${parts.at(-1)}@${domain}`
}

function slug(text: string): string {
  const ascii = text.toLowerCase().replace(/[æøåéöüßó]/g, (letter) => LETTERS[letter] ?? '')
  return ascii.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

function laterThan(faker: Faker, sinceMs: number): number {
  return sinceMs + faker.number.int({ max: Math.max(0, TODAY_MS - sinceMs - DAY_MS) })
}
