import type { getDMMF } from '@prisma/get-dmmf'
import pg from 'pg'
import { grouped } from '../grouped.ts'
import { invariant } from '../invariant.ts'
import type { DataModel, Entity, JoinPair, StoredEnum, StoredField } from '../policy/data-model.ts'
import { type SchemaBlocks, schemaBlocksOf } from './schema-blocks.ts'
import { isStoredType, sqlTypeOf } from './sql-type.ts'

/** The adopter's Prisma schema cannot be used; the message is for the adopter and names file and line where Prisma does. */
export class DataModelInvalid extends Error {
  override readonly name = 'DataModelInvalid'
}

/** A file of the schema. */
export type SchemaFile = readonly [name: string, text: string]
/** What Prisma's DMMF has under `datamodel`. */
export type Datamodel = Exclude<ReturnType<typeof getDMMF>, { type: string }>['datamodel']
type DmmfModel = Datamodel['models'][number]
type DmmfField = DmmfModel['fields'][number]

/**
 * What Prisma says of a schema, and the text itself → the tables, columns and joins behind it. Left out because nothing can be
 * addressed in them: models that Prisma ignores (`@@ignore`), columns of type `Unsupported`, and views or models without any
 * required unique key. A view with one is read as a table is.
 *
 * @throws DataModelInvalid
 */
export function dataModelOf(datamodel: Datamodel, sources: readonly SchemaFile[]): DataModel {
  const blocks = schemaBlocksOf(sources.map(([, text]) => text).join('\n'))
  if (blocks.provider !== undefined && !['postgresql', 'postgres'].includes(blocks.provider))
    throw new DataModelInvalid(
      `the data model's provider is \`${blocks.provider}\`; only \`postgresql\` can be governed`,
    )

  const models = new Map(datamodel.models.map((model) => [model.name, model]))
  const enumTypes = new Map(datamodel.enums.map(({ name, dbName }) => [name, enumType(name, dbName, blocks)]))
  const entities = new Map<string, Entity>()
  const indexesOf = grouped(datamodel.indexes, ({ model }) => model)
  for (const model of datamodel.models) {
    const indexes = indexesOf.get(model.name) ?? []
    const key = keyOf(model, indexes)
    if (key === undefined) continue
    entities.set(model.name, {
      name: model.name,
      table: { schema: model.schema ?? undefined, name: model.dbName ?? model.name },
      key,
      fields: new Map(
        model.fields.map((field) => [field.name, storedField(model, field, models, enumTypes)]),
      ),
      indexes: indexes.map((index) => index.fields.map((field) => field.name)),
      uniques: indexes
        .filter(({ type }) => type === 'id' || type === 'unique')
        .map((index) => index.fields.map((field) => field.name)),
    })
  }
  const enums = new Map<string, StoredEnum>(
    datamodel.enums.map(({ name, values }) => [
      name,
      { name, labels: new Map(values.map((value) => [value.name, value.dbName ?? value.name])) },
    ]),
  )
  return { entities, enums }
}

function enumType(name: string, dbName: string | null | undefined, blocks: SchemaBlocks): string {
  const schema = blocks.enumSchemas.get(name)
  const type = pg.escapeIdentifier(dbName ?? name)
  return schema === undefined ? type : `${pg.escapeIdentifier(schema)}.${type}`
}

/** The primary key, else the first unique constraint whose fields are all required. */
function keyOf(model: DmmfModel, indexes: Datamodel['indexes']): readonly string[] | undefined {
  const required = new Set(
    model.fields.filter((field) => field.isRequired && !field.isList).map(({ name }) => name),
  )
  const candidates = [
    ...indexes.filter((index) => index.type === 'id'),
    ...indexes.filter((index) => index.type === 'unique'),
  ].map((index) => index.fields.map(({ name }) => name))
  return candidates.find((fields) => fields.length > 0 && fields.every((name) => required.has(name)))
}

function storedField(
  model: DmmfModel,
  field: DmmfField,
  models: ReadonlyMap<string, DmmfModel>,
  enumTypes: ReadonlyMap<string, string>,
): StoredField {
  const { name, isList: list, isRequired: required } = field
  if (field.kind === 'object')
    return { kind: 'relation', name, target: field.type, list, required, join: joinOf(model, field, models) }
  const column = field.dbName ?? name
  if (field.kind === 'enum') {
    const sqlType = enumTypes.get(field.type)
    invariant(sqlType !== undefined, 'an enum field has an enum of the data model')
    return { kind: 'scalar', name, column, type: 'Enum', enumName: field.type, sqlType, required, list }
  }
  const nativeType = field.nativeType?.[0]
  const sqlType = isStoredType(field.type) ? sqlTypeOf(field.type, nativeType) : undefined
  if (!isStoredType(field.type) || sqlType === undefined)
    throw new DataModelInvalid(
      `\`${model.name}.${name}\` has the type \`${nativeType ?? field.type}\`, which cannot be governed`,
    )
  return { kind: 'scalar', name, column, type: field.type, enumName: undefined, sqlType, required, list }
}

/**
 * Only one side of a relation names its fields. The other side is the field of the opposite model with the same relation
 * name; in a self-relation that is the other field of the same model. Neither side names them in an implicit many-to-many.
 */
function joinOf(
  model: DmmfModel,
  field: DmmfField,
  models: ReadonlyMap<string, DmmfModel>,
): readonly JoinPair[] {
  const target = models.get(field.type)
  // A relation to an ignored model: Prisma leaves the field out as well.
  invariant(target !== undefined, 'a relation leads to a model of the data model')
  const own = joinPairs(model, field, target)
  if (own.length > 0) return own
  const inverse = target.fields.find(
    (other) =>
      other.kind === 'object' &&
      other.relationName === field.relationName &&
      other.type === model.name &&
      (other.relationFromFields?.length ?? 0) > 0,
  )
  if (inverse === undefined) return []
  return joinPairs(target, inverse, model).map(({ from, to }) => ({ from: to, to: from }))
}

function joinPairs(model: DmmfModel, field: DmmfField, target: DmmfModel): readonly JoinPair[] {
  const to = field.relationToFields ?? []
  return (field.relationFromFields ?? []).map((name, at) => ({
    from: columnOf(model, name),
    to: columnOf(target, to[at]),
  }))
}

function columnOf(model: DmmfModel, name: string | undefined): string {
  const field = model.fields.find((candidate) => candidate.name === name)
  if (field === undefined)
    throw new DataModelInvalid(
      `\`${model.name}.${name}\` is ignored, but a relation joins by it; ignore the relation too`,
    )
  return field.dbName ?? field.name
}
