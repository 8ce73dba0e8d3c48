import type { ConstDirectiveNode, EnumValueNode } from 'graphql'
import { argumentOf, nameArgument, namesArgument } from './arguments.ts'
import type { Scope } from './scope.ts'
import { type Step, stepArgument } from './step.ts'
import type { Transform } from './transform.ts'

/** One purpose of one `@purpose`, with the nodes that a finding can point at. */
export interface Declaration {
  readonly purpose: string
  readonly purposeNode: EnumValueNode
  readonly transform: Transform
  readonly transformNode: EnumValueNode | undefined
  /** With `ROUNDED` alone. */
  readonly step: Step | undefined
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
    const step = stepArgument(directive, scope)
    checkStep(directive, transform, step, bearer, scope)
    for (const purposeNode of namesArgument(directive, 'for', 'Purpose', scope)) {
      const purpose = purposeNode.value
      const first = byPurpose.get(purpose)
      if (first === undefined)
        byPurpose.set(purpose, { purpose, purposeNode, transform, transformNode, step })
      else if (first.transform === transform && first.step?.text === step?.text)
        scope.reporter.report('PG304', purposeNode, `\`${bearer}\` declares \`${purpose}\` twice`)
      else
        scope.reporter.report(
          'PG303',
          purposeNode,
          `\`${bearer}\` declares \`${purpose}\` as \`${formOf(first)}\` and as \`${formOf({ transform, step })}\``,
          'keep one of them',
        )
    }
  }
  return [...byPurpose.values()]
}

/** A form rounds, or it has no step. */
function checkStep(
  directive: ConstDirectiveNode,
  transform: Transform,
  step: Step | undefined,
  bearer: string,
  { reporter }: Scope,
): void {
  if (transform === 'ROUNDED' && argumentOf(directive, 'step') === undefined)
    reporter.report(
      'PG309',
      directive,
      `\`${bearer}\` is \`ROUNDED\` to no step`,
      'say to what: `as: ROUNDED, step: 100`',
    )
  if (transform !== 'ROUNDED' && step)
    reporter.report(
      'PG309',
      step.node,
      `\`${bearer}\` has a step and the form \`${transform}\``,
      'a step belongs to `ROUNDED` alone',
    )
}

function formOf({ transform, step }: Pick<Declaration, 'transform' | 'step'>): string {
  return step === undefined ? transform : `${transform} to ${step.text}`
}
