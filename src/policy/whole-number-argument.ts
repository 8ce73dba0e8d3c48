import { type ConstDirectiveNode, Kind, print } from 'graphql'
import { argumentOf } from './arguments.ts'
import type { Scope } from './scope.ts'

/**
 * A whole number; undefined where it is absent or (reported) something else. Null is as good as absent where the argument
 * is `nullable`. As large as it is written: whoever asks checks the range.
 */
export function wholeNumberArgument(
  directive: ConstDirectiveNode,
  name: string,
  { reporter }: Scope,
  nullable: boolean,
): { readonly number: number; readonly node: NonNullable<ReturnType<typeof argumentOf>> } | undefined {
  const value = argumentOf(directive, name)
  if (value === undefined || (nullable && value.kind === Kind.NULL)) return undefined
  if (value.kind === Kind.INT) return { number: Number(value.value), node: value }
  reporter.report(
    'PG107',
    value,
    `\`${name}\` of \`@${directive.name.value}\` is a whole number, not \`${print(value)}\``,
  )
  return undefined
}
