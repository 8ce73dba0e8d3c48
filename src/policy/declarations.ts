import type { ConstDirectiveNode, EnumValueNode } from 'graphql'
import { nameArgument, namesArgument } from './arguments.ts'
import type { Scope } from './scope.ts'
import type { Transform } from './transform.ts'

/** One purpose of one `@purpose`, with the nodes that a finding can point at. */
export interface Declaration {
  readonly purpose: string
  readonly purposeNode: EnumValueNode
  readonly transform: Transform
  readonly transformNode: EnumValueNode | undefined
}

/**
 * The declarations of one field or of one type, each purpose once. Two transforms for one purpose are a finding, never a
 * silent winner (rule 3).
 *
 * @param bearer what carries the directives, for the message: `Type` or `Type.field`
 */
export function declarationsOf(
  directives: readonly ConstDirectiveNode[],
  bearer: string,
  scope: Scope,
): readonly Declaration[] {
  const byPurpose = new Map<string, Declaration>()
  for (const directive of directives) {
    const transformNode = nameArgument(directive, 'as', 'Transform', scope)
    const transform = (transformNode?.value ?? 'AS_IS') as Transform
    for (const purposeNode of namesArgument(directive, 'for', 'Purpose', scope)) {
      const purpose = purposeNode.value
      const first = byPurpose.get(purpose)
      if (first === undefined) byPurpose.set(purpose, { purpose, purposeNode, transform, transformNode })
      else if (first.transform === transform)
        scope.reporter.report('PG304', purposeNode, `\`${bearer}\` declares \`${purpose}\` twice`)
      else
        scope.reporter.report(
          'PG303',
          purposeNode,
          `\`${bearer}\` declares \`${purpose}\` as \`${first.transform}\` and as \`${transform}\``,
          'keep one of them',
        )
    }
  }
  return [...byPurpose.values()]
}
