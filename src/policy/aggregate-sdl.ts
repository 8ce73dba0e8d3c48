import {
  aggregateNames,
  CALCULATIONS,
  type Calculation,
  calculatedType,
  groupableFields,
} from './aggregates.ts'
import type { Model } from './governed-model.ts'
import { rootFieldNames } from './root-fields.ts'

const CALCULATED: Readonly<Record<Calculation, string>> = {
  sum: 'Sums of the values, null where there is none. Needs the field as it is.',
  avg: 'Averages of the values, to six digits after the point. Needs the field as it is.',
  min: 'Smallest values: each is one of a single row. Needs the field as it is.',
  max: 'Largest values: each is one of a single row. Needs the field as it is.',
}

/** The types of the aggregates of a model. */
export function aggregateTypesSdl(model: Model): readonly string[] {
  const names = aggregateNames(model.name)
  const groupable = groupableFields(model)
  const types = new Map<string, string>()
  const fields: string[] = []
  if (groupable.length > 0) {
    const values = groupable.map((field) => `  ${field.name}`).join('\n')
    types.set(
      names.groupBy,
      `"In the form in which the purpose may read the field."\nenum ${names.groupBy} {\n${values}\n}`,
    )
    const keys = groupable.map((field) => `  ${field.name}: ${field.enumName ?? field.type}`)
    types.set(names.key, typeSdl(names.key, keys))
    fields.push(
      `  "What the rows agree in, of the fields in \`groupBy\`; null of the remainder."\n  key: ${names.key}`,
    )
  }
  fields.push('  "Number of rows."\n  count: Int!')
  fields.push(
    '  "Whether this is what is left: the rows of all groups that are too small to be shown, together."\n  remainder: Boolean!',
  )
  for (const calculation of CALCULATIONS) {
    const calculated = [...model.fields.values()].flatMap((field) => {
      const type = calculatedType(calculation, field)
      return type === undefined ? [] : [`  ${field.name}: ${type}`]
    })
    if (calculated.length === 0) continue
    types.set(names[calculation], typeSdl(names[calculation], calculated))
    fields.push(`  "${CALCULATED[calculation]}"\n  ${calculation}: ${names[calculation]}`)
  }
  return [typeSdl(names.group, fields, `Rows of \`${model.name}\` that agree.`), ...types.values()]
}

/** The root field of the aggregates of a model. */
export function aggregateRootSdl(model: Model): string {
  const { groupBy, group } = aggregateNames(model.name)
  const by = groupableFields(model).length > 0 ? `, groupBy: [${groupBy}!]` : ''
  return `  ${rootFieldNames(model.name).aggregate}(where: ${model.name}Where${by}): [${group}!]`
}

function typeSdl(name: string, fields: readonly string[], description = ''): string {
  return `${description === '' ? '' : `"${description}"\n`}type ${name} {\n${fields.join('\n')}\n}`
}
