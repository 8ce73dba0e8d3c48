import type { Faker } from '@faker-js/faker'
import { TODAY_MS } from './calendar.ts'
import { chance } from './danish-faker.ts'
import type { ConsentRow, ContactRow } from './rows.ts'

const SHARES = [
  ['marketing', 0.4],
  ['partner_offers', 0.12],
] as const

/** Some never agreed, some did, some withdrew, and a few agreed again. */
export function demoConsents(faker: Faker, contacts: readonly ContactRow[]): readonly ConsentRow[] {
  const consents: ConsentRow[] = []
  for (const contact of contacts)
    for (const [purpose, share] of SHARES) {
      if (!chance(faker, share)) continue
      const givenAtMs = contact.createdAtMs
      const withdrawnAtMs = chance(faker, 0.2)
        ? faker.number.int({ min: givenAtMs, max: TODAY_MS })
        : undefined
      const consent = (
        from: number,
        until: number | undefined,
        source: ConsentRow['source'],
      ): ConsentRow => ({
        id: faker.string.uuid(),
        customerId: contact.customerId,
        contactId: contact.id,
        purpose,
        source,
        wording: from < WORDING_CHANGED_MS ? '2023-1' : '2025-2',
        givenAtMs: from,
        withdrawnAtMs: until,
        // What was said on the phone under the old wording ended by itself.
        expiresAtMs: source === 'phone' && from < WORDING_CHANGED_MS ? OLD_WORDING_ENDED_MS : undefined,
      })
      consents.push(consent(givenAtMs, withdrawnAtMs, chance(faker, 0.8) ? 'sign_up' : 'phone'))
      if (withdrawnAtMs !== undefined && chance(faker, 0.15))
        consents.push(consent(faker.number.int({ min: withdrawnAtMs, max: TODAY_MS }), undefined, 'profile'))
    }
  return consents
}

const WORDING_CHANGED_MS = Date.UTC(2025, 4, 1)
const OLD_WORDING_ENDED_MS = Date.UTC(2026, 4, 1)
