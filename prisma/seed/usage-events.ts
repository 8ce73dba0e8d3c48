import type { Faker } from '@faker-js/faker'
import { DAY_MS, TODAY_MS } from './calendar.ts'
import type { DemoCustomer } from './customer.ts'
import { chance } from './danish-faker.ts'
import type { ContactRow, UsageEventRow } from './rows.ts'
import type { Serials } from './serials.ts'

/** Parts of the service; `sized` ones move documents. */
const FEATURES = [
  { weight: 30, value: { name: 'invoice.send', sized: false } },
  { weight: 20, value: { name: 'receipt.upload', sized: true } },
  { weight: 15, value: { name: 'bank.reconcile', sized: false } },
  { weight: 10, value: { name: 'report.profit-and-loss', sized: false } },
  { weight: 8, value: { name: 'vat.report', sized: false } },
  { weight: 6, value: { name: 'payroll.run', sized: false } },
  { weight: 4, value: { name: 'ledger.export', sized: true } },
  { weight: 1, value: { name: 'backup.download', sized: true } },
]
const CLIENTS = ['web', 'web', 'web', 'ios', 'android', 'api']
/** Beyond 32 bits now and then: a backup of several gigabytes. */
const LARGEST_BYTES = 9_000_000_000
const KEPT_DAYS = 90

/** What was done in the last ninety days; a customer that left did nothing. */
export function demoUsageEvents(
  faker: Faker,
  { row, schedule }: DemoCustomer,
  contacts: readonly ContactRow[],
  next: Serials,
): readonly UsageEventRow[] {
  const count = schedule.left ? 0 : faker.number.int({ min: 4, max: 40 })
  const firstMs = TODAY_MS - KEPT_DAYS * DAY_MS
  const instants = Array.from({ length: count }, () => faker.number.int({ min: firstMs, max: TODAY_MS }))
  return instants
    .toSorted((one, other) => one - other)
    .map((occurredAtMs): UsageEventRow => {
      const { name, sized } = faker.helpers.weightedArrayElement(FEATURES)
      const client = faker.helpers.arrayElement(CLIENTS)
      const most = name === 'backup.download' ? LARGEST_BYTES : 8_000_000
      return {
        id: next('usageEvent'),
        customerId: row.id,
        contactId: client === 'api' ? undefined : faker.helpers.arrayElement(contacts).id,
        feature: name,
        occurredAtMs,
        durationMs: chance(faker, 0.02) ? undefined : faker.number.int({ min: 12, max: 2_400 }),
        sizeBytes: sized ? faker.number.int({ min: 20_000, max: most }) : undefined,
        properties: {
          client,
          version: `5.${faker.number.int({ min: 8, max: 12 })}`,
          outcome: chance(faker, 0.97) ? 'ok' : 'failed',
          offline: client !== 'web' && chance(faker, 0.05),
        },
      }
    })
}
