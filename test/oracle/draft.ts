import type { Random } from './random.ts'
import { nullable, type Served, type ServedInput, type TypeRef, textOf } from './served.ts'

/** A cursor that the operation is to send, by what is wrong with it; the runner puts it in. */
export interface CursorWish {
  /** Coordinate of the list. */
  readonly list: string
  readonly orderBy: unknown
  readonly flaw: 'none' | 'tampered' | 'garbage' | 'other list' | 'other order' | 'other purpose'
  readonly pick: number
}

/** An operation while it is being made up: its variables, cursors, and the values in it. */
export class Draft {
  readonly definitions: string[] = []
  readonly variables: Record<string, unknown> = {}
  readonly fragments: string[] = []
  readonly cursors: CursorWish[] = []
  /** Every text and number that went into an argument or a variable. */
  readonly values = new Set<string>()
  /** Variables in places where null has a meaning. */
  readonly optional = new Set<string>()
  readonly random: Random
  readonly served: Served

  constructor(random: Random, served: Served) {
    this.random = random
    this.served = served
  }

  cursor(wish: CursorWish): string {
    return `~cursor:${this.cursors.push(wish) - 1}~`
  }

  variable(type: string, value: unknown, fallback?: string): string {
    const name = `v${this.definitions.length}`
    this.definitions.push(`$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`)
    if (value !== undefined) this.variables[name] = value
    return `$${name}`
  }

  /** The arguments in brackets; what is undefined is left out, or given by a variable that has no value. */
  arguments(inputs: readonly ServedInput[], values: Readonly<Record<string, unknown>>): string {
    const parts = inputs.flatMap(({ name, type }) =>
      name in values ? [`${name}: ${this.print(type, values[name], true, true)}`] : [],
    )
    return parts.length > 0 ? `(${parts.join(', ')})` : ''
  }

  /** A condition of @include or @skip. */
  flag(): string {
    const value = this.random.chance(0.6)
    switch (this.random.below(4)) {
      case 0:
        return String(value)
      case 1:
        return this.variable('Boolean!', undefined, String(value))
      case 2:
        return this.variable('Boolean!', value, String(this.random.chance(0.5)))
      default:
        return this.variable('Boolean!', value)
    }
  }

  /** A value as it stands in the document: literals all the way down, or variables on the way. */
  print(type: TypeRef, value: unknown, variables: boolean, optional = false): string {
    if (value === undefined) return this.variable(textOf(nullable(type)), undefined)
    if (variables && this.random.chance(type.kind === 'INPUT_OBJECT' || type.kind === 'LIST' ? 0.25 : 0.3))
      return this.asVariable(type, value, optional)
    const inner = nullable(type)
    if (value === null) return 'null'
    if (inner.kind === 'LIST' && inner.ofType) {
      const item = inner.ofType
      if (!Array.isArray(value)) return this.print(item, value, false)
      return `[${value.map((one) => this.print(item, one, variables)).join(', ')}]`
    }
    if (inner.kind === 'INPUT_OBJECT') {
      const fields = this.served.types.get(inner.name ?? '')?.inputs ?? []
      const entries = Object.entries(value as object).map(([key, one]) => {
        const field = fields.find((candidate) => candidate.name === key)
        return `${key}: ${field ? this.print(field.type, one, variables, NULLABLE.has(key)) : 'null'}`
      })
      return `{ ${entries.join(', ')} }`
    }
    return this.leaf(inner, value)
  }

  private asVariable(type: TypeRef, value: unknown, optional: boolean): string {
    this.note(nullable(type), value)
    const name = `v${this.definitions.length}`
    const printed = this.defined(type, value)
    // A variable that cannot be null in itself is not optional.
    if (optional && !this.definitions.some((one) => one.startsWith(`$${name}: `) && /!( =|$)/.test(one)))
      this.optional.add(name)
    return printed
  }

  private defined(type: TypeRef, value: unknown): string {
    if (value === null) return this.variable(textOf(nullable(type)), null)
    if (this.random.chance(0.2)) {
      // Either the default is used, or it stands there for nothing.
      const fallback = this.print(type, withoutUndefined(value), false)
      return this.variable(textOf(type), this.random.chance(0.5) ? undefined : value, fallback)
    }
    const strict = type.kind !== 'NON_NULL' && this.random.chance(0.4)
    return this.variable(strict ? `${textOf(type)}!` : textOf(type), value)
  }

  private leaf(type: TypeRef, value: unknown): string {
    this.note(type, value)
    if (type.kind === 'ENUM' || typeof value === 'boolean' || typeof value === 'number') return String(value)
    const text = String(value)
    const number = type.name === 'Decimal' || type.name === 'ID' || type.name === 'BigInt'
    if (number && /^-?\d{1,18}(\.\d+)?$/.test(text) && (type.name === 'Decimal' || !text.includes('.')))
      if (this.random.chance(0.3)) return text
    if (/^[\w -]+$/.test(text) && this.random.chance(0.1))
      return `"""${text.trim()}"""`.replace('""""""', '""')
    return JSON.stringify(text)
  }

  private note(type: TypeRef, value: unknown): void {
    const inner = type.kind === 'LIST' && type.ofType ? nullable(type.ofType) : type
    if (inner.kind === 'ENUM') return
    if (Array.isArray(value)) for (const one of value) this.note(inner, one)
    else if (typeof value === 'string' || typeof value === 'number') this.values.add(String(value))
    else if (typeof value === 'object' && value !== null)
      for (const { name, type: field } of this.served.types.get(inner.name ?? '')?.inputs ?? [])
        if (Object.hasOwn(value, name)) this.note(nullable(field), (value as Record<string, unknown>)[name])
  }
}

/** Operators that take null. */
const NULLABLE = new Set(['equals', 'not', 'is', 'isNot'])

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
