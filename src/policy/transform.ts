import type { ScalarName } from './scalar-name.ts'

/** The forms in which a field can be served; `directives/transform.graphql` describes each. */
export const TRANSFORMS = ['AS_IS', 'LAST4', 'DOMAIN', 'YEAR', 'PSEUDONYM'] as const
export type Transform = (typeof TRANSFORMS)[number]

/** Types that a transform fits; `AS_IS` fits all. The served type never changes: a year is the first of January. */
export const FITS: Readonly<Record<Exclude<Transform, 'AS_IS'>, readonly (ScalarName | 'Enum')[]>> = {
  LAST4: ['String', 'ID'],
  DOMAIN: ['String'],
  YEAR: ['Date', 'DateTime'],
  PSEUDONYM: ['ID', 'String'],
}

export function fits(transform: Transform, type: ScalarName | 'Enum', list: boolean): boolean {
  return transform === 'AS_IS' || (!list && FITS[transform].includes(type))
}
