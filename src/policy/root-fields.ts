import type { Model } from './governed-model.ts'
import type { Policy } from './policy.ts'

export interface RootFieldNames {
  /** Looks one row up by its key: `customer(id: …)`. */
  readonly one: string
  /** Pages through all rows: `customers(first: …)`. */
  readonly many: string
  /** Figures about groups of rows: `customersAggregate(groupBy: …)`. */
  readonly aggregate: string
}

/** Names of the root fields of a model: `LedgerEntry` → `ledgerEntry`, `ledgerEntries`. */
export function rootFieldNames(model: string): RootFieldNames {
  const one = model.charAt(0).toLowerCase() + model.slice(1)
  const many = plural(one)
  return { one, many, aggregate: `${many}Aggregate` }
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`
  return `${word}s`
}

export interface RootField {
  readonly kind: 'one' | 'many' | 'aggregate'
  readonly model: Model
}

const known = new WeakMap<Policy, ReadonlyMap<string, RootField>>()

/** Root fields of the served schema by name; made once per policy, so that planning does not depend on its size. */
export function rootFieldsOf(policy: Policy): ReadonlyMap<string, RootField> {
  const before = known.get(policy)
  if (before) return before
  const fields = new Map<string, RootField>()
  for (const model of policy.models.values()) {
    const names = rootFieldNames(model.name)
    fields.set(names.one, { kind: 'one', model })
    fields.set(names.many, { kind: 'many', model })
    fields.set(names.aggregate, { kind: 'aggregate', model })
  }
  known.set(policy, fields)
  return fields
}
