import { compare } from './conditions.ts'
import type { Row } from './database.ts'
import type { StoredModel } from './stored.ts'
import { listOf, type Part } from './walker.ts'

interface Term {
  readonly name: string
  readonly descending: boolean
}

/** What was asked for, then the key: a total order. */
export function orderOf(model: StoredModel, part: Pick<Part, 'args'>): readonly Term[] {
  const asked = listOf(part.args.orderBy).flatMap((term) =>
    Object.entries(term as object).map(([name, direction]) => ({ name, descending: direction === 'DESC' })),
  )
  const all = [...asked, ...model.key.map((name) => ({ name, descending: false }))]
  return all.filter((term, i) => all.findIndex(({ name }) => name === term.name) === i)
}

/** PostgreSQL's order: nulls last, and first where descending. */
export function comparePlaces(model: StoredModel, terms: readonly Term[], a: Row, b: Row): number {
  for (const { name, descending } of terms) {
    const field = model.fields.get(name)
    if (!field) throw new Error(`no ${model.name}.${name}`)
    const [left, right] = [a[name] ?? null, b[name] ?? null]
    const order =
      left === null || right === null
        ? Number(left === null) - Number(right === null)
        : compare(field, left, right)
    if (order !== 0) return descending ? -order : order
  }
  return 0
}
