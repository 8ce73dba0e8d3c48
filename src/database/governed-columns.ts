import type { TableName } from '../policy/data-model.ts'
import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { TableGrant } from './role-spec.ts'
import { rowColumns } from './row-columns.ts'

/**
 * What the reader has to see to serve a policy, and no column more: those of fields that some purpose may read, keys, and
 * the columns that join tables. Even SQL that should never have been built cannot read beyond this.
 */
export function governedColumns(policy: Policy): readonly TableGrant[] {
  const columns = new Columns()
  for (const model of policy.models.values()) {
    for (const part of model.key) columns.add(model.table, part.column)
    addFields(columns, model, policy)
    addSubject(columns, model, policy)
    addRowRules(columns, model)
  }
  for (const { table, column } of rowColumns(policy)) columns.add(table, column)
  return columns.grants()
}

/** Schemas of the types that governed columns have, where the data model names one: `"app"."status"` → `app`. */
export function governedTypeSchemas(policy: Policy): readonly string[] {
  const schemas = new Set<string>()
  for (const sqlType of governedTypes(policy)) {
    const schema = /^"((?:[^"]|"")*)"\./.exec(sqlType)?.[1]
    if (schema !== undefined) schemas.add(schema.replaceAll('""', '"'))
  }
  return [...schemas]
}

/** True where a governed column has a type of the extension `citext`, whose schema the reader's search path then needs. */
export function governsCitext(policy: Policy): boolean {
  return governedTypes(policy).includes('citext')
}

function governedTypes(policy: Policy): readonly string[] {
  const served = [...policy.models.values()].flatMap((model) =>
    [...model.fields.values()].flatMap((field) => (field.kind === 'scalar' ? [field.sqlType] : [])),
  )
  return [...served, ...rowColumns(policy).flatMap(({ sqlType }) => sqlType ?? [])]
}

function addFields(columns: Columns, model: Model, policy: Policy): void {
  for (const field of model.fields.values()) {
    if (field.permits.size === 0) continue
    if (field.kind === 'scalar') {
      // `REDACTED` is made from nothing.
      if ([...field.permits.values()].some((form) => form !== 'REDACTED'))
        columns.add(model.table, field.column)
    } else {
      const target = policy.models.get(field.target)
      for (const { from, to } of field.join) {
        columns.add(model.table, from)
        if (target !== undefined) columns.add(target.table, to)
      }
    }
  }
}

function addSubject(columns: Columns, model: Model, policy: Policy): void {
  if (model.subject === undefined) return
  let table = model.table
  for (const step of model.subject.steps) {
    for (const { from, to } of step.join) {
      columns.add(table, from)
      columns.add(step.table, to)
    }
    table = step.table
  }
  const subject = policy.models.get(model.subject.model)?.table ?? table
  for (const part of model.subject.key) columns.add(subject, part.column)
}

/** What the policy's own conditions on rows look at, whether or not anybody may read it. */
function addRowRules(columns: Columns, { table, retention, legalHold }: Model): void {
  if (retention) {
    let at = table
    for (const step of retention.from.steps) {
      for (const { from, to } of step.join) {
        columns.add(at, from)
        columns.add(step.table, to)
      }
      at = step.table
    }
    columns.add(at, retention.from.column)
  }
  for (const date of [legalHold?.since, legalHold?.until]) if (date) columns.add(table, date.column)
}

class Columns {
  readonly #tables = new Map<string, { table: TableName; columns: Set<string> }>()

  add(table: TableName, column: string): void {
    const key = JSON.stringify([table.schema, table.name])
    const known = this.#tables.get(key) ?? { table, columns: new Set<string>() }
    known.columns.add(column)
    this.#tables.set(key, known)
  }

  grants(): readonly TableGrant[] {
    return [...this.#tables.values()].map(({ table, columns }) => ({
      table,
      privileges: ['SELECT'] as const,
      columns: [...columns].sort(),
    }))
  }
}
