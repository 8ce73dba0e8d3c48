import { TODAY_MS } from './calendar.ts'
import { chance, danishFaker } from './danish-faker.ts'
import type { CustomerRow, ObjectionRow } from './rows.ts'

const SHARE = 0.06
/** Added to the customer's place, so that its objections do not change what is made up of the customer otherwise. */
const OWN_SERIES = 50_000_000
const PURPOSES = ['service_improvement', 'market_analysis', undefined] as const

/** A few customers objected, to one purpose or to all; a few of these took it back. */
export function demoObjections(index: number, customer: CustomerRow): readonly ObjectionRow[] {
  const faker = danishFaker(OWN_SERIES + index)
  if (!chance(faker, SHARE)) return []
  const raisedAtMs = faker.number.int({ min: customer.createdAtMs, max: TODAY_MS })
  return [
    {
      id: faker.string.uuid(),
      customerId: customer.id,
      purpose: faker.helpers.arrayElement(PURPOSES),
      raisedAtMs,
      withdrawnAtMs: chance(faker, 0.2) ? faker.number.int({ min: raisedAtMs, max: TODAY_MS }) : undefined,
    },
  ]
}
