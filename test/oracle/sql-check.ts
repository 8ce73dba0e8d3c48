import type { StoredModel } from './stored.ts'

/** What a statement names that the plan has no need of: columns besides those, keys and joins; values of the request. */
export function faultsInSql(
  sql: string,
  models: ReadonlyMap<string, StoredModel>,
  coordinates: ReadonlySet<string>,
  values: readonly string[],
): readonly string[] {
  const faults: string[] = []
  // Without its literals: names of the answer, formats, labels.
  const bare = sql.replace(/'(?:[^']|'')*'/g, "''")
  const allowed = allowedColumns(models)
  for (const coordinate of coordinates) {
    const [model = '', field = ''] = coordinate.split('.')
    const stored = models.get(model)
    const column = stored?.fields.get(field)
    if (stored && column && column.kind !== 'relation') allowed.add(`${stored.table}.${column.column}`)
  }
  const tables = new Map<string, string>()
  for (const [, table = '', alias = ''] of bare.matchAll(/"([^"]+)" (t\d+)\b/g)) tables.set(alias, table)
  const names = new Set(
    [...models.values()].flatMap((m) => [m.table, ...[...m.fields.values()].map((f) => f.enumType)]),
  )
  for (const [, alias = '', column = ''] of bare.matchAll(/\b(t\d+)\."([^"]+)"/g)) {
    const name = `${tables.get(alias)}.${column}`
    if (!allowed.has(name)) faults.push(`column ${name}`)
    names.add(column)
  }
  // Nothing is named but tables and columns of tables, so no column escapes by being written in another way.
  for (const [, name = ''] of bare.matchAll(/"(\w+)"/g)) if (!names.has(name)) faults.push(`name ${name}`)
  // Letters alone may be a piece of a name.
  for (const value of values)
    if (value.length >= 4 && !/^[A-Za-z_]*$/.test(value) && sql.includes(value)) faults.push(`value ${value}`)
  return faults
}

const known = new WeakMap<ReadonlyMap<string, StoredModel>, readonly string[]>()

function allowedColumns(models: ReadonlyMap<string, StoredModel>): Set<string> {
  const before = known.get(models)
  if (before) return new Set(before)
  const columns: string[] = []
  const add = (model: StoredModel | undefined, field: string) => {
    if (model) columns.push(`${model.table}.${model.fields.get(field)?.column}`)
  }
  for (const model of models.values()) {
    for (const key of model.key) add(model, key)
    for (const field of model.fields.values())
      for (const [here, there] of field.join) {
        add(model, here)
        add(models.get(field.type), there)
      }
  }
  known.set(models, columns)
  return new Set(columns)
}
