import type { OracleDatabase } from '../database.ts'
import { Draft } from '../draft.ts'
import { type Taste, whereOf } from '../filters.ts'
import { type Random, randomOf } from '../random.ts'
import { nameOf, type Served } from '../served.ts'
import type { Rules } from '../walker.ts'

/** One request for figures about groups. Each name stands with the response key that it is asked under. */
export interface GroupCase {
  readonly number: number
  readonly purpose: string
  readonly model: string
  readonly prune: boolean
  readonly where: unknown
  readonly groupBy: readonly string[]
  readonly fields: readonly GroupField[]
  readonly document: string
}

export interface GroupField {
  readonly alias: string
  readonly name: string
  readonly fields: readonly { readonly alias: string; readonly name: string }[]
}

const CALCULATIONS = ['sum', 'avg', 'min', 'max']

export function rootOf(model: string): string {
  return `${model.charAt(0).toLowerCase()}${model.slice(1).replace(/y$/, 'ie')}sAggregate`
}

export function groupCaseOf(
  seed: number,
  number: number,
  setting: { readonly served: Served; readonly rules: Rules; readonly database: OracleDatabase },
): GroupCase {
  const { served, rules, database } = setting
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 7, 0x27d4eb2f))
  const purpose = random.chance(0.5) ? 'STATISTICS' : random.pick([...rules.purposes.keys()])
  const tempted = random.chance(0.25)
  const permitted = (model: string, names: readonly string[], asIs: boolean) =>
    names.filter((name) => {
      const form = rules.types.get(model)?.get(name)?.permits.get(purpose)
      return tempted || (asIs ? form === 'AS_IS' : form !== undefined)
    })
  const models = [...database.models.keys()].filter(
    (model) =>
      random.chance(0.03) || permitted(model, [...(rules.types.get(model)?.keys() ?? [])], false).length > 0,
  )
  const model = random.pick(models)
  const taste: Taste = {
    draft: new Draft(random, served),
    database,
    prefer(on, names, argument) {
      const may = permitted(on, names, argument)
      return random.pick(may.length > 0 ? may : names)
    },
  }
  const namesIn = (type: string) => served.types.get(type)?.fields.map(({ name }) => name) ?? []
  const groupable = permitted(model, served.types.get(`${model}GroupBy`)?.values ?? [], false)
  const groupBy = random.some(groupable, random.below(3))
  const where =
    random.chance(0.5) && (tempted || permitted(model, namesIn(model), true).length > 0)
      ? JSON.parse(JSON.stringify(whereOf(taste, model, 1)))
      : undefined
  const fields = fieldsOf(random, groupBy, (calculation) => {
    const type = served.types.get(`${model}Aggregate`)?.fields.find(({ name }) => name === calculation)?.type
    return permitted(model, type ? namesIn(nameOf(type)) : [], true)
  })
  const prune = random.chance(0.4)
  const document = documentOf(model, where !== undefined, groupBy, fields)
  return { number, purpose, model, prune, where, groupBy, fields, document }
}

function fieldsOf(
  random: Random,
  groupBy: readonly string[],
  calculable: (calculation: string) => readonly string[],
): readonly GroupField[] {
  const fields: GroupField[] = []
  const named = (name: string, below: readonly string[]) => {
    const alias = random.chance(0.2) ? `${name}${fields.length}` : name
    const parts = below.length > 0 && random.chance(0.1) ? [...below, '__typename'] : below
    fields.push({
      alias,
      name,
      fields: parts.map((part, i) => ({ alias: random.chance(0.2) ? `x${i}` : part, name: part })),
    })
  }
  if (groupBy.length > 0) named('key', random.some(groupBy, 1 + random.below(groupBy.length)))
  for (const name of ['count', 'remainder', '__typename']) if (random.chance(0.6)) named(name, [])
  for (const calculation of CALCULATIONS) {
    const names = random.some(calculable(calculation), 1 + random.below(3))
    if (names.length > 0 && random.chance(0.5)) named(calculation, names)
  }
  if (fields.length === 0) named('count', [])
  return random.some(fields, fields.length)
}

function documentOf(
  model: string,
  filtered: boolean,
  groupBy: readonly string[],
  fields: readonly GroupField[],
): string {
  const args = [...(filtered ? ['where: $w'] : []), ...(groupBy.length > 0 ? ['groupBy: $g'] : [])]
  const types = [
    ...(filtered ? [`$w: ${model}Where`] : []),
    ...(groupBy.length > 0 ? [`$g: [${model}GroupBy!]`] : []),
  ]
  const label = (field: { readonly alias: string; readonly name: string }) =>
    field.alias === field.name ? field.name : `${field.alias}: ${field.name}`
  const body = fields.map((field) =>
    field.fields.length > 0 ? `${label(field)} { ${field.fields.map(label).join(' ')} }` : label(field),
  )
  const bracketed = (parts: readonly string[]) => (parts.length > 0 ? `(${parts.join(', ')})` : '')
  return `query ${bracketed(types)} { a: ${rootOf(model)}${bracketed(args)} { ${body.join(' ')} } }`
}
