import { type EnumTypeDefinitionNode, print } from 'graphql'
import type { Random } from './random.ts'

/** Forms besides `AS_IS` that fit a type; directives/transform.graphql says which. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  ID: ['LAST4', 'PSEUDONYM'],
  String: ['LAST4', 'DOMAIN', 'PSEUDONYM', 'INITIALS', 'POSTCODE_AREA', 'PRESENCE', 'REDACTED'],
  Date: ['YEAR', 'MONTH', 'DECADE'],
  DateTime: ['YEAR', 'MONTH', 'DECADE'],
  Int: ['ROUNDED'],
  BigInt: ['ROUNDED'],
  Decimal: ['ROUNDED'],
  JSON: ['PRESENCE', 'REDACTED'],
}

/** Forms that may be null where the value is not. */
export const CAN_GIVE_NULL = /DOMAIN|POSTCODE_AREA|PRESENCE/

/** Steps of which no value of the oracle is a multiple, so that what is rounded is recognised where it is not. */
const STEPS: Readonly<Record<string, readonly string[]>> = { Decimal: ['0.3', '997'] }
const WHOLE_STEP = '700001'

interface Openness {
  readonly purposes: readonly string[]
  /** Purposes that are served groups only, where a pseudonym would single one out. */
  readonly grouped: ReadonlySet<string>
  readonly openness: number
}

/** A field's declarations, each purpose once and in one form that fits the type. */
export function declarationsOf(
  random: Random,
  type: string,
  { purposes, grouped, openness }: Openness,
): string {
  const fitting = ['AS_IS', 'AS_IS', ...(FORMS[type] ?? [])]
  const byForm = new Map<string, string[]>()
  for (const purpose of purposes)
    if (random.chance(openness)) {
      const form = random.pick(grouped.has(purpose) ? fitting.filter((one) => one !== 'PSEUDONYM') : fitting)
      byForm.set(form, [...(byForm.get(form) ?? []), purpose])
    }
  if (byForm.size === 0) return '@purpose(for: [])'
  const texts = [...byForm].map(([form, names]) => {
    const as = form === 'AS_IS' && random.chance(0.8) ? '' : `, as: ${form}`
    const step = form === 'ROUNDED' ? `, step: ${random.pick(STEPS[type] ?? [WHOLE_STEP])}` : ''
    return `@purpose(for: [${names.join(', ')}]${as}${step})`
  })
  return texts.join(' ')
}

/** Purposes that are served groups only. */
export function groupedIn({ values }: EnumTypeDefinitionNode): readonly string[] {
  const grouped = values?.filter(({ directives }) =>
    /smallestGroup:/.test((directives ?? []).map(print).join()),
  )
  return (grouped ?? []).map((value) => value.name.value)
}
