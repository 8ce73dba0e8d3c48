import type { Faker } from '@faker-js/faker'
import { DAY_MS, HOUR_MS, TODAY_MS } from './calendar.ts'
import type { DemoCustomer } from './customer.ts'
import { chance } from './danish-faker.ts'
import type { ContactRow, SupportTicketRow, TicketMessageRow } from './rows.ts'
import type { Serials } from './serials.ts'
import { SUPPORT_CASES } from './support-cases.ts'

const TICKET_COUNTS = [
  { weight: 3, value: 0 },
  { weight: 3, value: 1 },
  { weight: 3, value: 2 },
  { weight: 2, value: 4 },
  { weight: 1, value: 7 },
]

/** A case is waiting or open only when it is recent; all others were solved within a week. */
export function demoSupport(
  faker: Faker,
  { row }: DemoCustomer,
  contacts: readonly ContactRow[],
  next: Serials,
): { readonly tickets: readonly SupportTicketRow[]; readonly messages: readonly TicketMessageRow[] } {
  const tickets: SupportTicketRow[] = []
  const messages: TicketMessageRow[] = []
  const count = faker.helpers.weightedArrayElement(TICKET_COUNTS)
  for (let place = 0; place < count; place++) {
    const { subject, tags, messages: texts } = faker.helpers.arrayElement(SUPPORT_CASES)
    const id = `S-${String(next('ticket')).padStart(7, '0')}`
    const openedAtMs = faker.number.int({ min: row.createdAtMs, max: TODAY_MS - 2 * DAY_MS })
    const recent = openedAtMs > TODAY_MS - 7 * DAY_MS
    const said = recent ? texts.slice(0, faker.number.int({ min: 1, max: texts.length })) : texts
    let sentAtMs = openedAtMs
    said.forEach((body, turn) => {
      messages.push({
        ticketId: id,
        sequence: turn + 1,
        author: turn % 2 === 0 ? 'customer' : 'agent',
        body,
        sentAtMs,
      })
      sentAtMs += faker.number.int({ min: 1, max: 600 }) * (HOUR_MS / 60)
    })
    const status = !recent ? 'solved' : said.length % 2 === 1 ? 'open' : 'waiting'
    const rated = status === 'solved' && chance(faker, 0.4)
    tickets.push({
      id,
      customerId: row.id,
      contactId: chance(faker, 0.9) ? faker.helpers.arrayElement(contacts).id : undefined,
      subject,
      status,
      tags,
      rating: rated ? faker.helpers.weightedArrayElement(RATINGS) : undefined,
      openedAtMs,
      solvedAtMs: status === 'solved' ? sentAtMs : undefined,
    })
  }
  return { tickets, messages }
}

const RATINGS = [
  { weight: 1, value: 1 },
  { weight: 1, value: 2 },
  { weight: 2, value: 3 },
  { weight: 5, value: 4 },
  { weight: 6, value: 5 },
]
