import type { Value } from './plan.ts'
import type { VariableValues } from './variable-shape.ts'

/** A planned value in one request. Own properties only, so that no key reaches a prototype. */
export function resolveValue(value: Value, variables: VariableValues): unknown {
  switch (value.kind) {
    case 'constant':
      return value.value
    case 'list':
      return value.items.map((item) => resolveValue(item, variables))
    case 'variable': {
      let current: unknown = Object.hasOwn(variables, value.name) ? variables[value.name] : undefined
      for (const step of value.path) {
        if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined
        current = (current as Readonly<Record<string | number, unknown>>)[step]
      }
      return current
    }
  }
}
