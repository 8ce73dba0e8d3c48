import {
  type ArgumentNode,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  Kind,
  type ValueNode,
  valueFromAST,
} from 'graphql'
import type { Value } from './condition.ts'
import { InvalidInput } from './plan-scope.ts'
import type { VariableValues } from './variable-shape.ts'

/**
 * An argument or a part of one, wherever it is written: in the document, or inside the value of a variable. Planning
 * walks both in the same way, so that a filter in a variable is decided on exactly like the same filter in the document.
 */
export type Input =
  | { readonly kind: 'absent' }
  | { readonly kind: 'literal'; readonly node: ValueNode }
  | {
      readonly kind: 'bound'
      readonly name: string
      readonly path: readonly (string | number)[]
      readonly value: unknown
    }

const ABSENT: Input = { kind: 'absent' }

export function inputOfArgument(
  args: readonly ArgumentNode[] | undefined,
  name: string,
  variables: VariableValues,
): Input {
  const argument = args?.find((node) => node.name.value === name)
  return argument ? inputOf(argument.value, variables) : ABSENT
}

function inputOf(node: ValueNode, variables: VariableValues): Input {
  if (node.kind !== Kind.VARIABLE) return { kind: 'literal', node }
  const name = node.name.value
  return Object.hasOwn(variables, name) ? { kind: 'bound', name, path: [], value: variables[name] } : ABSENT
}

export function isNull(input: Input): boolean {
  if (input.kind === 'literal') return input.node.kind === Kind.NULL
  return input.kind === 'bound' && (input.value === null || input.value === undefined)
}

/** The given entries of an input object, absent variables left out as the GraphQL spec says (section 3.10). */
export function entriesOf(input: Input, variables: VariableValues): readonly (readonly [string, Input])[] {
  if (input.kind === 'literal' && input.node.kind === Kind.OBJECT)
    return input.node.fields
      .map((field) => [field.name.value, inputOf(field.value, variables)] as const)
      .filter(([, entry]) => entry.kind !== 'absent')
  if (input.kind === 'bound' && typeof input.value === 'object' && input.value !== null)
    return Object.entries(input.value).map(
      ([key, value]) =>
        [key, { kind: 'bound', name: input.name, path: [...input.path, key], value }] as const,
    )
  return []
}

/**
 * The items of a list; a single value stands for a list of one (GraphQL spec, section 3.11). No list that we serve has items
 * that are null, and yet a variable with a default may stand for one and be null (section 5.8.5).
 */
export function itemsOf(input: Input, variables: VariableValues): readonly Input[] {
  if (input.kind === 'literal' && input.node.kind === Kind.LIST) {
    const items = input.node.values.map((node) => inputOf(node, variables))
    if (items.some(isNull)) throw new InvalidInput('an item of a list in an argument is null')
    return items
  }
  if (input.kind === 'bound' && Array.isArray(input.value))
    return input.value.map((value, i) => ({
      kind: 'bound',
      name: input.name,
      path: [...input.path, i],
      value,
    }))
  return input.kind === 'absent' ? [] : [input]
}

/** The name of an enum value. */
export function nameOf(input: Input): string {
  if (input.kind === 'literal' && input.node.kind === Kind.ENUM) return input.node.value
  return input.kind === 'bound' ? String(input.value) : ''
}

/**
 * A leaf as a value: one to be bound later, but for booleans and for names of enums, of which a plan is one per value
 * (`shapeOf`). `type` is the leaf's GraphQL type; validation has already fitted the two.
 */
export function leafValueOf(input: Input, type: GraphQLInputType): Value {
  if (input.kind === 'bound' && typeof input.value !== 'boolean' && !isEnumType(getNullableType(type)))
    return { kind: 'variable', name: input.name, path: input.path }
  return { kind: 'constant', value: leafOf(input, type) }
}

/** A leaf that is the same in all requests that share the plan. */
export function leafOf(input: Input, type: GraphQLInputType): unknown {
  if (input.kind === 'literal') return valueFromAST(input.node, type)
  return input.kind === 'bound' ? input.value : undefined
}

/** A list of leaves as a value: whole where it is one variable, item by item where it is written out. */
export function listValueOf(input: Input, type: GraphQLInputType, variables: VariableValues): Value {
  if (input.kind === 'bound') return { kind: 'variable', name: input.name, path: input.path }
  return { kind: 'list', items: itemsOf(input, variables).map((item) => leafValueOf(item, type)) }
}
