import type { Field, Model, ScalarField } from './governed-model.ts'

/** What can be calculated over the rows of a group. */
export const CALCULATIONS = ['sum', 'avg', 'min', 'max'] as const
export type Calculation = (typeof CALCULATIONS)[number]

/** Types that a model's aggregates have in the served schema. */
export function aggregateNames(model: string) {
  const group = `${model}Aggregate`
  const extreme = `${group}Extreme`
  return {
    group,
    groupBy: `${model}GroupBy`,
    key: `${group}Key`,
    sum: `${group}Sum`,
    avg: `${group}Average`,
    min: extreme,
    max: extreme,
  } as const
}

const SUMS: Readonly<Partial<Record<ScalarField['type'], string>>> = {
  Int: 'BigInt',
  BigInt: 'Decimal',
  Decimal: 'Decimal',
  Float: 'Float',
}
const AVERAGES: Readonly<Partial<Record<ScalarField['type'], string>>> = {
  Int: 'Decimal',
  BigInt: 'Decimal',
  Decimal: 'Decimal',
  Float: 'Float',
}
const ORDERED: ReadonlySet<string> = new Set(['Int', 'BigInt', 'Decimal', 'Float', 'Date', 'DateTime'])

/** The served type of a calculation over a field; undefined where it has none. */
export function calculatedType(calculation: Calculation, field: Field): string | undefined {
  if (field.kind !== 'scalar' || field.list) return undefined
  if (calculation === 'sum') return SUMS[field.type]
  if (calculation === 'avg') return AVERAGES[field.type]
  return ORDERED.has(field.type) ? field.type : undefined
}

/** These cannot be values of a GraphQL enum. */
const NO_ENUM_VALUES: ReadonlySet<string> = new Set(['true', 'false', 'null'])

/** Fields that rows can be grouped by. */
export function groupableFields(model: Model): readonly ScalarField[] {
  return [...model.fields.values()].filter(
    (field): field is ScalarField =>
      field.kind === 'scalar' && !field.list && field.type !== 'JSON' && !NO_ENUM_VALUES.has(field.name),
  )
}
