import {
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  GraphQLNonNull,
  GraphQLObjectType,
} from 'graphql'
import { aggregateNames, groupableFields } from '../aggregates.ts'
import type { Model } from '../governed-model.ts'
import type { Policy } from '../policy.ts'
import { rootFieldNames } from '../root-fields.ts'
import { listArguments, typeNameOf } from './model-types.ts'
import { listOf, type NamedTypes } from './named-types.ts'

/** The root: of each model a lookup by its key, a list and its aggregates. */
export function queryType({ models }: Policy, types: NamedTypes): GraphQLObjectType {
  return new GraphQLObjectType({
    name: 'Query',
    fields: () => Object.assign({}, ...[...models.values()].map((model) => rootFields(model, types))),
  })
}

function rootFields(model: Model, types: NamedTypes): GraphQLFieldConfigMap<unknown, unknown> {
  const names = rootFieldNames(model.name)
  const one = lookup(model, types)
  return {
    ...(one && { [names.one]: one }),
    [names.many]: {
      type: types.output(`${model.name}Connection`),
      args: listArguments(model, types),
    },
    [names.aggregate]: aggregate(model, types),
  }
}

/** Undefined where a part of the key is no scalar. */
function lookup(model: Model, types: NamedTypes): GraphQLFieldConfig<unknown, unknown> | undefined {
  const keys = model.key.flatMap((part) => {
    const field = model.fields.get(part.field)
    return field?.kind === 'scalar' ? [field] : []
  })
  if (keys.length < model.key.length) return undefined
  const args = keys.map((key) => [key.name, { type: new GraphQLNonNull(types.input(typeNameOf(key))) }])
  return { type: types.output(model.name), args: Object.fromEntries(args) }
}

function aggregate(model: Model, types: NamedTypes): GraphQLFieldConfig<unknown, unknown> {
  const { groupBy, group } = aggregateNames(model.name)
  return {
    type: listOf(types.output(group)),
    args: {
      where: { type: types.input(`${model.name}Where`) },
      ...(groupableFields(model).length > 0 && { groupBy: { type: listOf(types.input(groupBy)) } }),
    },
  }
}
