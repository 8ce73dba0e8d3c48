import type { Problem } from '../errors.ts'
import { invariant } from '../invariant.ts'
import type { TextMatch, Value } from '../plan/condition.ts'
import { type PageLimits, pageSizeOf } from '../plan/page-sizes.ts'
import type { RequestFacts } from '../plan/request-facts.ts'
import { resolveValue } from '../plan/resolve-value.ts'
import type { VariableValues } from '../plan/variable-shape.ts'
import type { ScalarField } from '../policy/governed-model.ts'
import type { GovernedEnum } from '../policy/policy.ts'
import { cursorContext } from './cursor-context.ts'
import type { ReadKeys } from './keys.ts'
import { openCursor } from './seal-cursor.ts'
import type { AfterCursor, Parameter, Statement } from './statement.ts'

export interface Binding {
  readonly variables: VariableValues
  readonly facts: RequestFacts
  readonly purpose: string
  /** By its name, see `pseudonymPeriodAt`; the same for all statements of a request. */
  readonly pseudonymPeriod: string
  readonly limits: PageLimits
  readonly keys: ReadKeys
  readonly enums: ReadonlyMap<string, GovernedEnum>
  /** Unguessable text, new for each run of a statement with cursors. */
  readonly cursorMark: string
  /** The day that the noise of figures goes by, `YYYY-MM-DD` in UTC. */
  readonly day: string
}

export type BindResult =
  | { readonly kind: 'bound'; readonly values: readonly unknown[] }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** The values of a statement's parameters in one request. */
export function bindStatement(statement: Statement, binding: Binding): BindResult {
  if (statement.unusedCursors.some((cursor) => !openAfter(cursor, binding)))
    return { kind: 'refused', problem: CURSOR_INVALID }
  const values: unknown[] = []
  for (const parameter of statement.parameters) {
    if (parameter.kind !== 'cursorPart') {
      values.push(bindParameter(parameter, binding))
      continue
    }
    const place = openAfter(parameter, binding)
    if (!place) return { kind: 'refused', problem: CURSOR_INVALID }
    values.push(place[parameter.index])
  }
  return { kind: 'bound', values }
}

const CURSOR_INVALID: Problem = {
  code: 'CURSOR_INVALID',
  message: '`after` is not a cursor of this list, in this order, for this purpose',
}

function openAfter(
  { after, scope, parts }: AfterCursor,
  binding: Binding,
): readonly (string | null)[] | undefined {
  const cursor = resolveValue(after, binding.variables)
  if (typeof cursor !== 'string') return undefined
  const place = openCursor(cursor, cursorContext(binding, scope), binding.keys.cursor)
  return place?.length === parts ? place : undefined
}

function bindParameter(parameter: Exclude<Parameter, { kind: 'cursorPart' }>, binding: Binding): unknown {
  switch (parameter.kind) {
    case 'value':
      return storedForm(
        resolveValue(parameter.value, binding.variables, binding.facts),
        parameter.field,
        binding,
      )
    case 'values': {
      const values = resolveValue(parameter.values, binding.variables, binding.facts)
      const list = Array.isArray(values) ? values : [values]
      return list.map((value) => storedForm(value, parameter.field, binding))
    }
    case 'pattern':
      return patternOf(parameter.match, parameter.value, binding)
    case 'pageSize':
      return pageSizeOf(parameter.first, binding.limits) + parameter.extra
    case 'cursorMark':
      return binding.cursorMark
    case 'pseudonymPad':
      return binding.keys.pseudonymPads(binding.purpose, binding.pseudonymPeriod)[parameter.pad]
    case 'now':
      return new Date(binding.facts.nowMs).toISOString()
    case 'ownKey': {
      const part = binding.facts.dataSubject?.[parameter.part]
      invariant(part !== undefined, 'who names no data subject is refused before anything is bound')
      return part
    }
    case 'noisePad':
      return binding.keys.noisePads(binding.purpose)[parameter.pad]
    case 'day':
      return binding.day
    case 'mostGroups':
      return binding.limits.groups
  }
}

/** A coerced GraphQL value as PostgreSQL reads it; dates and times in UTC, enums by their label. */
function storedForm(value: unknown, field: ScalarField, binding: Binding): unknown {
  if (value instanceof Date)
    return field.type === 'Date' ? value.toISOString().slice(0, 10) : value.toISOString()
  if (field.type === 'Enum')
    return binding.enums.get(field.enumName ?? '')?.values.find((candidate) => candidate.name === value)
      ?.label
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
}

function patternOf(match: TextMatch, value: Value, { variables, facts }: Binding): string {
  const text = String(resolveValue(value, variables, facts)).replace(/[\\%_]/g, '\\$&')
  if (match === 'startsWith') return `${text}%`
  return match === 'endsWith' ? `%${text}` : `%${text}%`
}
