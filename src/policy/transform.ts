import type { ScalarName } from './scalar-name.ts'

/** The forms in which a field can be served; `directives/transform.graphql` describes each. */
export const TRANSFORMS = [
  'AS_IS',
  'LAST4',
  'DOMAIN',
  'INITIALS',
  'POSTCODE_AREA',
  'YEAR',
  'MONTH',
  'DECADE',
  'ROUNDED',
  'PSEUDONYM',
  'PRESENCE',
  'REDACTED',
] as const
export type Transform = (typeof TRANSFORMS)[number]

/** Types that a transform fits; `AS_IS` fits all. The served type never changes: a year is the first of January. */
export const FITS: Readonly<Record<Exclude<Transform, 'AS_IS'>, readonly (ScalarName | 'Enum')[]>> = {
  LAST4: ['String', 'ID'],
  DOMAIN: ['String'],
  INITIALS: ['String'],
  POSTCODE_AREA: ['String'],
  YEAR: ['Date', 'DateTime'],
  MONTH: ['Date', 'DateTime'],
  DECADE: ['Date', 'DateTime'],
  ROUNDED: ['Int', 'BigInt', 'Float', 'Decimal'],
  PSEUDONYM: ['ID', 'String'],
  PRESENCE: ['String', 'JSON'],
  REDACTED: ['String', 'JSON'],
}

export function fits(transform: Transform, type: ScalarName | 'Enum', list: boolean): boolean {
  return transform === 'AS_IS' || (!list && FITS[transform].includes(type))
}

/** Forms that are null for some values: a text without an `@`, a postcode that is not Danish, an empty text. */
export function canGiveNull(transform: Transform): boolean {
  return transform === 'DOMAIN' || transform === 'POSTCODE_AREA' || transform === 'PRESENCE'
}
