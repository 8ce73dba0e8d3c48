import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
} from 'graphql'
import type { Field, Model, RelationField, ScalarField } from '../governed-model.ts'
import type { Policy } from '../policy.ts'
import { aggregateTypes } from './aggregate-types.ts'
import { fieldDescription } from './field-description.ts'
import { listOf, type NamedTypes, typed } from './named-types.ts'

/** The types of a model: itself, its pages, filters, orders and aggregates. */
export function modelTypes(policy: Policy, model: Model, types: NamedTypes): readonly GraphQLNamedType[] {
  const { name } = model
  const where = () => types.input(`${name}Where`)
  return [
    governedType(policy, model, types),
    connectionType(name, types),
    new GraphQLObjectType({
      name: `${name}Edge`,
      fields: () =>
        typed({
          cursor: new GraphQLNonNull(GraphQLString),
          node: new GraphQLNonNull(types.output(name)),
        }),
    }),
    inputType(`${name}Where`, () => ({
      AND: listOf(where()),
      OR: listOf(where()),
      NOT: listOf(where()),
      ...filters(model, types),
    })),
    inputType(`${name}ListFilter`, () => ({ some: where(), every: where(), none: where() })),
    inputType(`${name}OneFilter`, () => ({ is: where(), isNot: where() })),
    ...orderTypes(model, types),
    ...aggregateTypes(model, types),
  ]
}

/**
 * Governed fields are nullable here whatever the source SDL says, because a field that is pruned is null and a non-null
 * type would take its whole parent along; `@semanticNonNull` keeps the knowledge that null then only stands for an error.
 */
function governedType(policy: Policy, model: Model, types: NamedTypes): GraphQLObjectType {
  const config = (field: Field): GraphQLFieldConfig<unknown, unknown> => ({
    ...(field.kind === 'relation' ? relation(policy, field, types) : { type: scalarType(field, types) }),
    description: fieldDescription(policy, field),
    ...(field.nonNull && { extensions: { directives: { semanticNonNull: {} } } }),
  })
  return new GraphQLObjectType({
    name: model.name,
    description: model.description || undefined,
    fields: () => Object.fromEntries([...model.fields.values()].map((field) => [field.name, config(field)])),
  })
}

function relation({ models }: Policy, { target, many }: RelationField, types: NamedTypes) {
  if (!many) return { type: types.output(target) }
  const model = models.get(target)
  return { type: types.output(`${target}Connection`), args: model ? listArguments(model, types) : {} }
}

function scalarType(field: ScalarField, types: NamedTypes) {
  const type = types.output(typeNameOf(field))
  return field.list ? listOf(type) : type
}

function connectionType(model: string, types: NamedTypes): GraphQLObjectType {
  return new GraphQLObjectType({
    name: `${model}Connection`,
    fields: () => ({
      ...typed({
        nodes: new GraphQLNonNull(listOf(types.output(model))),
        edges: new GraphQLNonNull(listOf(types.output(`${model}Edge`))),
        pageInfo: new GraphQLNonNull(types.output('PageInfo')),
      }),
      totalCount: {
        type: new GraphQLNonNull(GraphQLInt),
        description: 'Rows that match `where`, on all pages.',
      },
    }),
  })
}

function filters(model: Model, types: NamedTypes): Readonly<Record<string, GraphQLInputType>> {
  return Object.fromEntries(
    [...model.fields.values()].flatMap((field) => {
      const name = filterName(field)
      return name === undefined ? [] : [[field.name, types.input(name)]]
    }),
  )
}

function filterName(field: Field): string | undefined {
  if (field.kind === 'relation') return `${field.target}${field.many ? 'ListFilter' : 'OneFilter'}`
  return isOrdered(field) ? `${typeNameOf(field)}Filter` : undefined
}

/** None where nothing of the model has an order. */
function orderTypes(model: Model, types: NamedTypes): readonly GraphQLInputObjectType[] {
  const ordered = [...model.fields.values()].filter(isOrdered)
  if (ordered.length === 0) return []
  const fields = () =>
    Object.fromEntries(ordered.map(({ name }) => [name, types.input('OrderDirection')] as const))
  return [inputType(`${model.name}OrderBy`, fields, 'Exactly one field each.')]
}

/** What a list of the model can be asked for. */
export function listArguments(model: Model, types: NamedTypes): GraphQLFieldConfigArgumentMap {
  const { name } = model
  return typed<GraphQLInputType>({
    first: GraphQLInt,
    after: GraphQLString,
    where: types.input(`${name}Where`),
    ...([...model.fields.values()].some(isOrdered) && { orderBy: listOf(types.input(`${name}OrderBy`)) }),
  })
}

export function typeNameOf(field: ScalarField): string {
  return field.enumName ?? field.type
}

/** Lists and JSON have no order and no filter; every other scalar has. */
function isOrdered(field: Field): field is ScalarField {
  return field.kind === 'scalar' && !field.list && field.type !== 'JSON'
}

function inputType(
  name: string,
  fields: () => Readonly<Record<string, GraphQLInputType>>,
  description?: string,
): GraphQLInputObjectType {
  return new GraphQLInputObjectType({ name, description, fields: () => typed(fields()) })
}
