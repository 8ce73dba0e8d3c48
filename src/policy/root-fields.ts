export interface RootFieldNames {
  /** Looks one row up by its key: `customer(id: …)`. */
  readonly one: string
  /** Pages through all rows: `customers(first: …)`. */
  readonly many: string
}

/** Names of the two root fields of a model: `LedgerEntry` → `ledgerEntry`, `ledgerEntries`. */
export function rootFieldNames(model: string): RootFieldNames {
  const one = model.charAt(0).toLowerCase() + model.slice(1)
  return { one, many: plural(one) }
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`
  return `${word}s`
}
