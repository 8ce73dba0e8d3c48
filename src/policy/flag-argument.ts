import { type ConstDirectiveNode, Kind, print } from 'graphql'
import { argumentOf } from './arguments.ts'
import type { Scope } from './scope.ts'

/** `true` or `false`; undefined where it is absent or (reported) something else. */
export function flagArgument(
  directive: ConstDirectiveNode,
  name: string,
  { reporter }: Scope,
): { readonly flag: boolean; readonly node: NonNullable<ReturnType<typeof argumentOf>> } | undefined {
  const value = argumentOf(directive, name)
  if (value === undefined) return undefined
  if (value.kind === Kind.BOOLEAN) return { flag: value.value, node: value }
  reporter.report(
    'PG107',
    value,
    `\`${name}\` of \`@${directive.name.value}\` is \`true\` or \`false\`, not \`${print(value)}\``,
  )
  return undefined
}
