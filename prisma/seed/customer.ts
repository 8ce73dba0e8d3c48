import type { Faker } from '@faker-js/faker'
import { DAY_MS, HOUR_MS, monthStart } from './calendar.ts'
import { cvrNumber } from './cvr.ts'
import { chance } from './danish-faker.ts'
import { PLACES, PLACES_ABROAD } from './places.ts'
import type { CustomerRow } from './rows.ts'
import type { Schedule } from './schedule.ts'
import { ACCOUNTING, TRADES } from './trades.ts'

/** A customer, and what the rest of its rows needs to know about it. */
export interface DemoCustomer {
  readonly row: CustomerRow
  /** Full name of the person who runs it. */
  readonly owner: string
  readonly schedule: Schedule
}

/** Every fortieth customer is an accounting firm that keeps the books of others. */
const FIRM_EVERY = 40
const COMPANY_FORMS = ['ApS', 'ApS', 'ApS', 'A/S', 'I/S']
const SIZES = [
  { weight: 40, value: { min: 1, max: 4 } },
  { weight: 35, value: { min: 5, max: 19 } },
  { weight: 20, value: { min: 20, max: 49 } },
  { weight: 5, value: { min: 50, max: 240 } },
]

export function demoCustomer(faker: Faker, index: number, schedule: Schedule): DemoCustomer {
  const firm = index % FIRM_EVERY === 0
  const sole = !firm && chance(faker, 0.35)
  const abroad = !firm && !sole && chance(faker, 0.06) ? faker.helpers.arrayElement(PLACES_ABROAD) : undefined
  const trade = firm ? ACCOUNTING : faker.helpers.arrayElement(TRADES)
  const family = faker.person.lastName()
  const owner = `${faker.person.firstName()} ${family}`
  const [postcode, city] = abroad ? [abroad[1], abroad[2]] : faker.helpers.arrayElement(PLACES)
  const houseNumber = faker.number.int({ min: 1, max: 148 })
  const name = sole
    ? `${trade.before} ${owner}`
    : `${chance(faker, 0.25) ? `${city} ` : `${family} `}${trade.word} ${abroad ? foreignForm(abroad[0]) : faker.helpers.arrayElement(COMPANY_FORMS)}`
  const row: CustomerRow = {
    id: index + 1,
    kind: sole ? 'sole_proprietor' : 'company',
    // Those who sell for less than the limit of registration have no number.
    cvr: abroad || (sole && chance(faker, 0.1)) ? undefined : cvrNumber(index),
    name,
    address: abroad ? `${abroad[3]} ${houseNumber}` : `${faker.location.street()} ${houseNumber}`,
    postcode,
    city,
    country: abroad?.[0] ?? 'DK',
    industryCode: trade.code,
    employeeCount: employees(faker, sole),
    vulnerability: sole && chance(faker, 0.07) ? vulnerability(faker) : undefined,
    bookkeeperId: firm || !chance(faker, 0.3) ? undefined : bookkeeper(faker, index),
    createdAtMs:
      monthStart(schedule.firstMonth) -
      faker.number.int({ min: 1, max: 30 * 24 * 60 }) * (HOUR_MS / 60) -
      DAY_MS,
  }
  return { row, owner, schedule }
}

function employees(faker: Faker, sole: boolean): number | undefined {
  if (chance(faker, 0.05)) return undefined
  return sole
    ? faker.number.int({ min: 0, max: 3 })
    : faker.number.int(faker.helpers.weightedArrayElement(SIZES))
}

function vulnerability(faker: Faker): NonNullable<CustomerRow['vulnerability']> {
  return faker.helpers.weightedArrayElement([
    { weight: 7, value: 'payment_hardship' },
    { weight: 2, value: 'debt_restructuring' },
    { weight: 1, value: 'estate' },
  ])
}

/** One of the firms with a smaller index, so that the reference can be resolved whatever is loaded later. */
function bookkeeper(faker: Faker, index: number): number {
  return FIRM_EVERY * faker.number.int({ min: 0, max: Math.floor(index / FIRM_EVERY) }) + 1
}

function foreignForm(country: string): string {
  const forms: Readonly<Record<string, string>> = { SE: 'AB', NO: 'AS', DE: 'GmbH', FO: 'Sp/f' }
  return forms[country] ?? 'ApS'
}
