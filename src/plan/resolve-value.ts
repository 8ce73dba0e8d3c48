import { invariant } from '../invariant.ts'
import type { Value } from './condition.ts'
import type { RequestFacts } from './request-facts.ts'
import { cutoffValue } from './retention-cutoff.ts'
import type { VariableValues } from './variable-shape.ts'

/**
 * A planned value in one request. Own properties only, so that no key reaches a prototype.
 *
 * @param facts left out where only what the client sends can stand.
 */
export function resolveValue(value: Value, variables: VariableValues, facts?: RequestFacts): unknown {
  switch (value.kind) {
    case 'constant':
      return value.value
    case 'list':
      return value.items.map((item) => resolveValue(item, variables, facts))
    case 'claim': {
      const claim = facts?.claims.get(value.name)
      invariant(claim !== undefined, 'who lacks a claim of a condition is refused before anything is bound')
      return claim
    }
    case 'now':
      invariant(facts, 'a value of the time is resolved at a time')
      return new Date(facts.nowMs)
    case 'cutoff':
      invariant(facts, 'a value of the time is resolved at a time')
      return cutoffValue(value.retention, facts.nowMs)
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
