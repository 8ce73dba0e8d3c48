import { readFileSync } from 'node:fs'
import { getDMMF } from '@prisma/get-dmmf'

/** The demo data model as Prisma itself describes it. */
export interface StoredModel {
  readonly name: string
  readonly table: string
  readonly key: readonly string[]
  readonly fields: ReadonlyMap<string, StoredField>
}

export interface StoredField {
  readonly name: string
  readonly column: string
  readonly kind: 'scalar' | 'enum' | 'relation'
  /** Prisma type, name of the enum, or target model. */
  readonly type: string
  readonly list: boolean
  readonly nullable: boolean
  /** `VarChar`, `Date`, `Decimal`, … with its arguments. */
  readonly native: readonly [string, readonly string[]] | undefined
  /** Of a relation: pairs of a field on this side and one on the other. */
  readonly join: readonly (readonly [here: string, there: string])[]
  /** Of a relation: whether the foreign key is on this side. */
  readonly owns: boolean
  /** Of an enum: its type in the database. */
  readonly enumType: string
  /** Of an enum: values in the order of the type. */
  readonly values: readonly string[]
}

export function storedModels(prismaSchema: string): ReadonlyMap<string, StoredModel> {
  const dmmf = getDMMF({ datamodel: [[prismaSchema, readFileSync(prismaSchema, 'utf8')]] })
  if (!('datamodel' in dmmf)) throw new Error('the data model cannot be read')
  const { models, enums } = dmmf.datamodel
  const joinOf = (model: string, relationName: string | undefined, field: string) => {
    const ends = models.flatMap((m) =>
      m.fields
        .filter((f) => f.relationName === relationName && (f.relationFromFields?.length ?? 0) > 0)
        .map((f) => ({ model: m.name, field: f })),
    )
    const end = ends[0]
    if (!end) throw new Error(`no join for ${model}.${field}`)
    const from = end.field.relationFromFields ?? []
    const to = end.field.relationToFields ?? []
    const owns = end.model === model && end.field.name === field
    return {
      owns,
      join: from.map((f, i) => (owns ? ([f, to[i] ?? ''] as const) : ([to[i] ?? '', f] as const))),
    }
  }
  return new Map(
    models.map((model) => {
      const fields = model.fields.map((field): [string, StoredField] => [
        field.name,
        {
          name: field.name,
          column: field.dbName ?? field.name,
          kind: field.kind === 'object' ? 'relation' : field.kind === 'enum' ? 'enum' : 'scalar',
          type: field.type,
          list: field.isList,
          nullable: !field.isRequired,
          native: field.nativeType ? [field.nativeType[0], field.nativeType[1]] : undefined,
          enumType: enums.find((e) => e.name === field.type)?.dbName ?? field.type,
          values: enums.find((e) => e.name === field.type)?.values.map((v) => v.name) ?? [],
          ...(field.kind === 'object'
            ? joinOf(model.name, field.relationName, field.name)
            : { join: [], owns: false }),
        },
      ])
      const key = model.primaryKey?.fields ?? model.fields.filter((f) => f.isId).map((f) => f.name)
      const name = model.name
      return [name, { name, table: model.dbName ?? name, key, fields: new Map(fields) }]
    }),
  )
}
