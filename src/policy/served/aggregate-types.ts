import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  GraphQLInt,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
} from 'graphql'
import {
  aggregateNames,
  CALCULATIONS,
  type Calculation,
  calculatedType,
  groupableFields,
} from '../aggregates.ts'
import type { Model } from '../governed-model.ts'
import { type NamedTypes, typed } from './named-types.ts'

const CALCULATED: Readonly<Record<Calculation, string>> = {
  sum: 'Sums of the values, null where there is none. Needs the field as it is.',
  avg: 'Averages of the values, to six digits after the point. Needs the field as it is.',
  min: 'Smallest values: each is one of a single row. Needs the field as it is.',
  max: 'Largest values: each is one of a single row. Needs the field as it is.',
}

/** The types of the aggregates of a model. */
export function aggregateTypes(model: Model, types: NamedTypes): readonly GraphQLNamedType[] {
  const names = aggregateNames(model.name)
  const keys = groupableFields(model).map((field) => [field.name, field.enumName ?? field.type] as const)
  const calculated = CALCULATIONS.map((calculation) => ({
    calculation,
    name: names[calculation],
    fields: [...model.fields.values()].flatMap((field) => {
      const type = calculatedType(calculation, field)
      return type === undefined ? [] : [[field.name, type] as const]
    }),
  })).filter(({ fields }) => fields.length > 0)

  const group = (): GraphQLFieldConfigMap<unknown, unknown> => ({
    ...(keys.length > 0 && {
      key: {
        type: types.output(names.key),
        description: 'What the rows agree in, of the fields in `groupBy`; null of the remainder.',
      },
    }),
    count: { type: new GraphQLNonNull(GraphQLInt), description: 'Number of rows.' },
    remainder: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description:
        'Whether this is what is left: the rows of all groups that are too small to be shown, together.',
    },
    ...Object.fromEntries(
      calculated.map(({ calculation, name }) => [
        calculation,
        { type: types.output(name), description: CALCULATED[calculation] },
      ]),
    ),
  })
  const objects = new Map(calculated.map(({ name, fields }) => [name, fields]))
  if (keys.length > 0) objects.set(names.key, [...keys])
  return [
    new GraphQLObjectType({
      name: names.group,
      description: `Rows of \`${model.name}\` that agree.`,
      fields: group,
    }),
    ...(keys.length > 0 ? [groupByType(names.groupBy, keys)] : []),
    ...[...objects].map(
      ([name, fields]) =>
        new GraphQLObjectType({
          name,
          fields: () => typed(Object.fromEntries(fields.map(([field, type]) => [field, types.output(type)]))),
        }),
    ),
  ]
}

function groupByType(name: string, keys: readonly (readonly [string, string])[]): GraphQLEnumType {
  return new GraphQLEnumType({
    name,
    description: 'In the form in which the purpose may read the field.',
    values: () => Object.fromEntries(keys.map(([key]) => [key, {}])),
  })
}
