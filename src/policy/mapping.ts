import { textArgument } from './arguments.ts'
import { didYouMean } from './did-you-mean.ts'
import { directivesNamed, type Mapping, type Scope } from './scope.ts'

/**
 * Which Prisma model each type stands for. One model has one type: a second one could leave out the category of a column
 * and so get around it.
 */
export function mappingOf(scope: Scope): Mapping {
  const { definitions, dataModel, reporter } = scope
  const entityOfType = new Map<string, string>()
  const typeOfEntity = new Map<string, string>()
  for (const [type, object] of definitions.objects) {
    const [model] = directivesNamed(object, 'model')
    if (model === undefined) {
      reporter.report(
        'PG401',
        object.name,
        `the type \`${type}\` has no \`@model\``,
        'add `@model`, or remove the type',
      )
      continue
    }
    const given = textArgument(model, 'name', scope)
    const entity = given?.text ?? type
    const governor = typeOfEntity.get(entity)
    if (!dataModel.entities.has(entity))
      reporter.report(
        'PG402',
        given?.node ?? model,
        `the data model has no model \`${entity}\``,
        didYouMean(entity, dataModel.entities.keys()) ?? 'name it by `@model(name: "…")`',
      )
    else if (governor !== undefined)
      reporter.report(
        'PG403',
        given?.node ?? model,
        `the model \`${entity}\` is governed by \`${governor}\` and by \`${type}\``,
        'declare all of its fields on one type',
      )
    else {
      entityOfType.set(type, entity)
      typeOfEntity.set(entity, type)
    }
  }
  return { entityOfType, typeOfEntity }
}
