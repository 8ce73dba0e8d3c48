import type { DataModel } from './data-model.ts'
import type { Model, ScalarField } from './governed-model.ts'
import type { Policy } from './policy.ts'
import type { Transform } from './transform.ts'

/** How the outputs of two purposes could be joined by whoever holds both. */
export interface Link {
  readonly purposes: readonly [string, string]
  /** Keys and unique columns that both serve as they are: each joins row to row. */
  readonly identifiers: readonly string[]
  /** What else of a model both serve in a form that can be compared: together it may single rows out. */
  readonly combinations: readonly Combination[]
}

export interface Combination {
  readonly model: string
  readonly fields: readonly { readonly name: string; readonly form: Transform }[]
}

/**
 * Every pair of purposes, those that can be joined by identifiers first. Pseudonyms never join: their keys differ from
 * purpose to purpose. `PRESENCE` and `REDACTED` say too little, and booleans as well.
 */
export function linkabilityOf(policy: Policy, dataModel: DataModel): readonly Link[] {
  const names = [...policy.purposes.keys()].sort()
  const links = names.flatMap((a, i) => names.slice(i + 1).map((b) => linkOf(policy, dataModel, [a, b])))
  return links.sort((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ identifiers, combinations }: Link): number {
  return identifiers.length > 0 ? 0 : combinations.length > 0 ? 1 : 2
}

function linkOf(policy: Policy, dataModel: DataModel, purposes: Link['purposes']): Link {
  const identifiers: string[] = []
  const combinations: Combination[] = []
  for (const model of policy.models.values()) {
    const unique = uniqueColumns(dataModel, model).flatMap((columns) => {
      const places = columns.map((column) => placeOf(policy, model, column, purposes))
      return places.every((place) => place !== undefined) ? [places] : []
    })
    identifiers.push(...unique.map((places) => `${model.name}.${places.join('+')}`))
    const alone = new Set(unique.flatMap((places) => (places.length === 1 ? places : [])))
    const fields = [...model.fields.values()].flatMap((field) => {
      const form = field.kind === 'scalar' && !alone.has(field.name) ? commonForm(field, purposes) : undefined
      return form === undefined ? [] : [{ name: field.name, form }]
    })
    if (fields.length > 0) combinations.push({ model: model.name, fields })
  }
  return { purposes, identifiers, combinations }
}

function uniqueColumns(dataModel: DataModel, { table }: Model): readonly (readonly string[])[] {
  const entity = [...dataModel.entities.values()].find(
    (candidate) => candidate.table.name === table.name && candidate.table.schema === table.schema,
  )
  return (entity?.uniques ?? []).map((names) =>
    names.flatMap((name) => {
      const field = entity?.fields.get(name)
      return field?.kind === 'scalar' ? [field.column] : []
    }),
  )
}

/** Where both purposes read a column as it is: in its own field, or in the field that a relation leads to by it. */
function placeOf(
  policy: Policy,
  model: Model,
  column: string,
  purposes: Link['purposes'],
): string | undefined {
  const fields = [...model.fields.values()]
  const own = fields.find((field) => field.kind === 'scalar' && field.column === column)
  if (own) return purposes.every((purpose) => own.permits.get(purpose) === 'AS_IS') ? own.name : undefined
  for (const relation of fields) {
    if (relation.kind !== 'relation' || !purposes.every((purpose) => relation.permits.has(purpose))) continue
    const to = relation.join.find(({ from }) => from === column)?.to
    const there = [...(policy.models.get(relation.target)?.fields.values() ?? [])].find(
      (field) => field.kind === 'scalar' && field.column === to,
    )
    if (there && purposes.every((purpose) => there.permits.get(purpose) === 'AS_IS'))
      return `${relation.name}.${there.name}`
  }
  return undefined
}

/** From the finest: what is known to the month is known to the year. */
const COARSER: readonly Transform[] = ['MONTH', 'YEAR', 'DECADE']
const MUTE: ReadonlySet<Transform> = new Set(['PSEUDONYM', 'PRESENCE', 'REDACTED'])

/** The form in which the outputs can be compared: the coarser of the two, where one follows from the other. */
function commonForm(field: ScalarField, purposes: Link['purposes']): Transform | undefined {
  const [a, b] = purposes.map((purpose) => field.permits.get(purpose))
  if (field.type === 'Boolean' || a === undefined || b === undefined || MUTE.has(a) || MUTE.has(b))
    return undefined
  if (a === b || b === 'AS_IS') return a
  if (a === 'AS_IS') return b
  const place = Math.max(COARSER.indexOf(a), COARSER.indexOf(b))
  return COARSER.includes(a) && COARSER.includes(b) ? COARSER[place] : undefined
}
