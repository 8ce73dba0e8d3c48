import type { NameNode } from 'graphql'
import { rootFieldNames } from './root-fields.ts'
import type { Scope } from './scope.ts'

/** Types of the served schema that are not made from a policy. */
const SERVED_TYPES: ReadonlySet<string> = new Set([
  'PageInfo',
  'OrderDirection',
  'TextMode',
  'ID',
  'String',
  'Int',
  'Float',
  'Boolean',
])
/** Endings of the types that the served schema makes for each governed type. */
const SERVED_ENDING =
  /(?:Connection|Edge|Where|OrderBy|Filter|GroupBy|Aggregate(?:Key|Sum|Average|Extreme)?)$/
/** Fields of the filters that the served schema makes. */
const SERVED_FIELDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT'])

/** Names that the served schema needs for itself, and root fields that would have the same name. */
export function checkNames({ definitions, reporter }: Scope): void {
  for (const object of definitions.objects.values()) {
    checkType(object.name)
    for (const { name } of object.fields)
      if (isReserved(name) || SERVED_FIELDS.has(name.value))
        reporter.report(
          'PG601',
          name,
          `a field cannot be named \`${name.value}\``,
          'the served schema needs the name; rename it',
        )
  }
  for (const { name, values } of definitions.enums.values()) {
    checkType(name)
    // The filter of an enum `InvoiceList` would be the list filter of a type `Invoice`.
    const owner = /^(.+)(?:List|One)$/.exec(name.value)?.[1]
    if (owner !== undefined && definitions.objects.has(owner))
      reporter.report(
        'PG601',
        name,
        `an enum beside \`${owner}\` cannot be named \`${name.value}\``,
        'the served schema makes filters of this name; rename it',
      )
    for (const value of values)
      if (isReserved(value.name))
        reporter.report('PG601', value.name, `a value cannot be named \`${value.name.value}\``, RESERVED)
  }
  checkRootFields()

  function checkType(name: NameNode): void {
    if (isReserved(name)) reporter.report('PG601', name, `a type cannot be named \`${name.value}\``, RESERVED)
    else if (SERVED_TYPES.has(name.value) || SERVED_ENDING.test(name.value))
      reporter.report(
        'PG601',
        name,
        `a type cannot be named \`${name.value}\``,
        'the served schema makes types of this name; rename it and keep the model by `@model(name: "…")`',
      )
  }

  function checkRootFields(): void {
    const owners = new Map<string, string>()
    for (const [type, object] of definitions.objects) {
      // Aggregates have the same name only where lists have.
      const { one, many } = rootFieldNames(type)
      for (const field of [one, many]) {
        const owner = owners.get(field)
        if (owner === undefined) owners.set(field, type)
        else
          reporter.report(
            'PG602',
            object.name,
            `\`${owner}\` and \`${type}\` would both have the root field \`${field}\``,
            'rename one type and keep its model by `@model(name: "…")`',
          )
      }
    }
  }
}

const RESERVED = 'names that begin with `__` belong to introspection'

function isReserved(name: NameNode): boolean {
  return name.value.startsWith('__')
}
