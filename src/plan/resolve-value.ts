import { invariant } from '../invariant.ts'
import type { Value } from './plan.ts'
import { cutoffValue } from './retention-cutoff.ts'
import type { VariableValues } from './variable-shape.ts'

/**
 * A planned value in one request. Own properties only, so that no key reaches a prototype.
 *
 * @param nowMs instant of the request, milliseconds since the epoch; only the policy's own conditions need it
 */
export function resolveValue(value: Value, variables: VariableValues, nowMs?: number): unknown {
  switch (value.kind) {
    case 'constant':
      return value.value
    case 'list':
      return value.items.map((item) => resolveValue(item, variables, nowMs))
    case 'now':
      invariant(nowMs !== undefined, 'a value of the time is resolved at a time')
      return new Date(nowMs)
    case 'cutoff':
      invariant(nowMs !== undefined, 'a value of the time is resolved at a time')
      return cutoffValue(value.retention, nowMs)
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
