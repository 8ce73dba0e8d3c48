import type { Faker } from '@faker-js/faker'
import { monthName } from './calendar.ts'
import { roundOre } from './money.ts'
import type { InvoiceLineRow, SubscriptionRow } from './rows.ts'
import type { DemoSubscriptions } from './subscriptions.ts'

/** A charge that is not yet on an invoice. */
export type Charge = Omit<InvoiceLineRow, 'id' | 'invoiceId' | 'position' | 'vatRate'>

const PLAN_NAMES: Readonly<Record<SubscriptionRow['plan'], string>> = {
  start: 'Start',
  standard: 'Standard',
  plus: 'Plus',
  payroll: 'Løn',
}

/** Services by use: text, unit, price per unit in øre, most units, thousandths of a unit that it is sold in. */
const SERVICES: readonly (readonly [
  text: string,
  unit: string,
  priceOre: number,
  most: number,
  step: number,
])[] = [
  ['E-fakturaer sendt via NemHandel', 'stk.', 195, 60, 1000],
  ['Fakturaer sendt med brev', 'stk.', 1_450, 12, 1000],
  ['Bilag aflæst automatisk', 'stk.', 125, 180, 1000],
  ['Betalingspåmindelser på SMS', 'stk.', 75, 40, 1000],
  ['Opkrævning via leverandørservice', 'stk.', 495, 50, 1000],
  ['Hjælp til bogføring', 'timer', 79_500, 4, 250],
  ['Gennemgang af momsangivelse', 'timer', 89_500, 2, 500],
  ['Opsætning af kontoplan', 'timer', 79_500, 3, 500],
  ['Kursus: kom godt i gang med årsafslutning', 'deltager', 129_500, 2, 1000],
  ['Adgang til bankafstemning', 'md.', 4_900, 1, 1000],
  ['Ekstra lagerplads til bilag', 'GB', 250, 50, 1000],
  ['Integration til webshop', 'md.', 14_900, 1, 1000],
]

/** What one month costs: the plan first, then what was used; `count` charges, never fewer than one. */
export function monthlyCharges(
  faker: Faker,
  { main, payroll }: DemoSubscriptions,
  employees: number,
  month: number,
  count: number,
): readonly Charge[] {
  const charges: Charge[] = [
    charge(
      main.id,
      `Abonnement ${PLAN_NAMES[main.plan]}, ${monthName(month)}`,
      1000,
      'md.',
      main.monthlyPriceOre,
    ),
  ]
  if (main.seats > 1) charges.push(charge(main.id, 'Ekstra brugere', (main.seats - 1) * 1000, 'stk.', 5_900))
  if (payroll)
    charges.push(charge(payroll.id, `Lønsedler, ${monthName(month)}`, employees * 1000, 'stk.', 2_900))
  for (const [text, unit, priceOre, most, step] of faker.helpers.arrayElements(SERVICES, count)) {
    const quantity = faker.number.int({ min: 1, max: (most * 1000) / step }) * step
    charges.push(charge(undefined, text, quantity, unit, priceOre))
  }
  return charges.slice(0, count)
}

function charge(
  subscriptionId: string | undefined,
  description: string,
  quantityThousandths: number,
  unit: string,
  unitPriceOre: number,
): Charge {
  const amountOre = roundOre((quantityThousandths * unitPriceOre) / 1000)
  return { subscriptionId, description, quantityThousandths, unit, unitPriceOre, amountOre }
}
