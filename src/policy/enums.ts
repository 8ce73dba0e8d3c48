import type { StoredEnum } from './data-model.ts'
import type { EnumDefinition } from './definitions.ts'
import { didYouMean } from './did-you-mean.ts'
import type { GovernedEnum } from './policy.ts'
import type { TypeScope } from './scope.ts'
import { typeShapeOf } from './type-shape.ts'

/** The enums that governed fields use, each checked against the one stored enum that it stands for. */
export function enumsOf(scope: TypeScope): ReadonlyMap<string, GovernedEnum> {
  const { definitions, dataModel, entityOfType, reporter } = scope
  const storedFor = new Map<string, StoredEnum>()
  for (const [type, entityName] of entityOfType)
    for (const field of definitions.objects.get(type)?.fields ?? []) {
      const name = typeShapeOf(field.type).named.name.value
      const stored = dataModel.entities.get(entityName)?.fields.get(field.name.value)
      if (!definitions.enums.has(name) || stored?.kind !== 'scalar' || stored.enumName === undefined) continue
      const storedEnum = dataModel.enums.get(stored.enumName)
      if (storedEnum === undefined) continue
      const first = storedFor.get(name)
      if (first === undefined) storedFor.set(name, storedEnum)
      else if (first.name !== storedEnum.name)
        reporter.report(
          'PG411',
          field.type,
          `\`${name}\` stands for the stored enum \`${first.name}\` and here for \`${storedEnum.name}\``,
          `declare an enum of its own for \`${storedEnum.name}\``,
        )
    }
  const enums = new Map<string, GovernedEnum>()
  for (const [name, stored] of storedFor) {
    const definition = definitions.enums.get(name)
    if (definition !== undefined) enums.set(name, enumOf(definition, stored, scope))
  }
  return enums
}

function enumOf(definition: EnumDefinition, stored: StoredEnum, { reporter }: TypeScope): GovernedEnum {
  const name = definition.name.value
  const values = definition.values.map((node) => ({
    name: node.name.value,
    description: node.description?.value ?? '',
    label: stored.labels.get(node.name.value) ?? '',
  }))
  for (const { name: value } of definition.values)
    if (!stored.labels.has(value.value))
      reporter.report(
        'PG411',
        value,
        `the stored enum \`${stored.name}\` has no value \`${value.value}\``,
        didYouMean(value.value, stored.labels.keys()),
      )
  const missing = [...stored.labels.keys()].filter((label) => !values.some((value) => value.name === label))
  for (const label of missing)
    reporter.report(
      'PG411',
      definition.name,
      `\`${name}\` has no value \`${label}\`, which \`${stored.name}\` stores`,
      `add \`${label}\``,
    )
  return { name, description: definition.description, values }
}
