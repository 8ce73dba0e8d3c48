import type { Faker } from '@faker-js/faker'
import { calendarDate, DAY_MS, monthStart } from './calendar.ts'
import type { DemoCustomer } from './customer.ts'
import { chance } from './danish-faker.ts'
import type { SubscriptionRow } from './rows.ts'

/** Price per month in øre. */
const PRICES: Readonly<Record<SubscriptionRow['plan'], number>> = {
  start: 9_900,
  standard: 24_900,
  plus: 44_900,
  payroll: 12_900,
}

export interface DemoSubscriptions {
  readonly main: SubscriptionRow
  readonly payroll: SubscriptionRow | undefined
}

export function demoSubscriptions(faker: Faker, { row, schedule }: DemoCustomer): DemoSubscriptions {
  const size = row.employeeCount ?? 2
  const plan = size < 2 ? 'start' : size < 20 ? 'standard' : 'plus'
  const subscription = (
    of: SubscriptionRow['plan'],
    status: SubscriptionRow['status'],
    seats: number,
  ): SubscriptionRow => ({
    id: faker.string.uuid(),
    customerId: row.id,
    plan: of,
    status: schedule.left ? 'cancelled' : status,
    seats,
    monthlyPriceOre: PRICES[of],
    startedOn: calendarDate(monthStart(schedule.firstMonth)),
    endedOn: schedule.left ? calendarDate(monthStart(schedule.lastMonth + 1) - DAY_MS) : undefined,
  })
  const paused = chance(faker, 0.02)
  const trial = chance(faker, 0.1)
  const main = subscription(
    plan,
    paused ? 'paused' : 'active',
    faker.number.int({ min: 1, max: plan === 'start' ? 1 : 6 }),
  )
  const payroll =
    size >= 2 && chance(faker, 0.5) ? subscription('payroll', trial ? 'trial' : 'active', 1) : undefined
  return { main, payroll }
}
