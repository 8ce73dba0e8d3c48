import { type ConstDirectiveNode, type ConstValueNode, Kind, print } from 'graphql'
import { argumentOf } from './arguments.ts'
import type { ScalarName } from './scalar-name.ts'
import type { Scope } from './scope.ts'

/** The step of `ROUNDED`: a decimal as it is written, so that none is ever a float. */
export interface Step {
  readonly text: string
  readonly node: ConstValueNode
}

/** The `step` of one `@purpose`; undefined where it is absent or (reported) no number. */
export function stepArgument(directive: ConstDirectiveNode, { reporter }: Scope): Step | undefined {
  const node = argumentOf(directive, 'step')
  if (node === undefined || node.kind === Kind.NULL) return undefined
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return { text: node.value, node }
  reporter.report('PG107', node, `\`step\` of \`@purpose\` is a number, not \`${print(node)}\``)
  return undefined
}

/** Digits that every numeric type of PostgreSQL and every step times two has room for. */
const DECIMAL = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,12})?$/

/** The largest values of the whole types. */
export const LARGEST: Readonly<Partial<Record<ScalarName | 'Enum', bigint>>> = {
  Int: 2_147_483_647n,
  BigInt: 9_223_372_036_854_775_807n,
}

/** Why a field of this type cannot be rounded to the step; undefined where it can. */
export function problemOfStep(step: string, type: ScalarName | 'Enum'): string | undefined {
  if (!DECIMAL.test(step) || /^[0.]+$/.test(step)) return 'is not a positive decimal number'
  const largest = LARGEST[type]
  if (largest === undefined) return undefined
  if (step.includes('.')) return `is not a whole number, and \`${type}\` is`
  if (step === '1') return 'changes nothing in a whole number'
  return BigInt(step) > largest ? `is larger than any \`${type}\`` : undefined
}
