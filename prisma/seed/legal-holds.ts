import { DAY_MS, TODAY_MS } from './calendar.ts'
import type { CustomerRow, LegalHoldRow } from './rows.ts'
import { scramble } from './scramble.ts'
import type { Serials } from './serials.ts'

const REASONS = [
  'Retssag om en ubetalt faktura',
  'Skattestyrelsens kontrol af momsangivelser',
  'Konkursboets gennemgang af regnskabet',
]
const HOLD_EVERY = 10

/** One customer in ten is or was under a hold; every third of those was released. */
export function demoLegalHolds({ id, createdAtMs }: CustomerRow, next: Serials): readonly LegalHoldRow[] {
  if (scramble(id, 6) % HOLD_EVERY !== 0) return []
  const placedAtMs = Math.max(createdAtMs, TODAY_MS - (30 + (scramble(id, 7) % 300)) * DAY_MS)
  const released = scramble(id, 8) % 3 === 0
  return [
    {
      id: next('legalHold'),
      customerId: id,
      reason: REASONS[scramble(id, 9) % REASONS.length] ?? '',
      placedAtMs,
      releasedAtMs: released ? TODAY_MS - 7 * DAY_MS : undefined,
    },
  ]
}
