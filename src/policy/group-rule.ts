import { type ConstDirectiveNode, type ConstValueNode, Kind, print } from 'graphql'
import { argumentOf } from './arguments.ts'
import type { GroupRule } from './purpose.ts'
import type { RuleId } from './rules.ts'
import type { Scope } from './scope.ts'

/** Where `noise` is left out. Safe by default: exact figures are for those who say so. */
const DEFAULT_NOISE = 1
/** Where `budget` is left out. */
const DEFAULT_BUDGET = 20
/** More data subjects, noise or queries than anybody means. */
const MOST = 1_000_000

/** What `@processing` says about groups; undefined where the purpose is served rows. */
export function groupRuleOf(
  name: string,
  processing: ConstDirectiveNode,
  scope: Scope,
): GroupRule | undefined {
  const { reporter } = scope
  const smallest = numberArgument(processing, 'smallestGroup', scope)
  const noise = numberArgument(processing, 'noise', scope)
  const budget = numberArgument(processing, 'budget', scope)
  const refuse = (rule: RuleId, at: NumberNode, message: string, help: string) =>
    reporter.report(rule, at.node, message, help)
  if (smallest && (smallest.value < 2 || smallest.value > MOST))
    refuse(
      'PG711',
      smallest,
      `the smallest group of the purpose \`${name}\` is \`${smallest.value}\``,
      `a group of one hides nobody; write a whole number from 2 to ${MOST}`,
    )
  if (noise && (noise.value < 0 || noise.value > MOST))
    refuse('PG712', noise, `the noise of the purpose \`${name}\` is \`${noise.value}\``, `write 0 to ${MOST}`)
  if (budget && (budget.value < 1 || budget.value > MOST))
    refuse(
      'PG712',
      budget,
      `the budget of the purpose \`${name}\` is \`${budget.value}\``,
      `write a whole number from 1 to ${MOST}`,
    )
  if (argumentOf(processing, 'smallestGroup') === undefined) {
    for (const at of [noise, budget])
      if (at)
        refuse(
          'PG713',
          at,
          `the purpose \`${name}\` has no \`smallestGroup\`, so \`${at.name}\` has no effect`,
          'add `smallestGroup`, or leave it out',
        )
    return undefined
  }
  const rule: GroupRule = {
    smallest: smallest?.value ?? MOST,
    noise: noise?.value ?? DEFAULT_NOISE,
    budget: budget?.value ?? DEFAULT_BUDGET,
  }
  if (noise?.value === 0 && rule.budget > 1)
    refuse(
      'PG714',
      noise,
      `the purpose \`${name}\` is served exact figures and ${rule.budget} queries a day`,
      'two exact figures can be subtracted to show what a third would not; add noise, or write `budget: 1`',
    )
  return rule
}

interface NumberNode {
  readonly name: string
  readonly value: number
  readonly node: ConstValueNode
}

/** A number; undefined where it is absent, null or (reported) something else. */
function numberArgument(
  directive: ConstDirectiveNode,
  name: string,
  { reporter }: Scope,
): NumberNode | undefined {
  const node = argumentOf(directive, name)
  if (node === undefined) return undefined
  const whole = name !== 'noise'
  if (node.kind === Kind.INT || (node.kind === Kind.FLOAT && !whole))
    return { name, value: Number(node.value), node }
  reporter.report(
    'PG107',
    node,
    `\`${name}\` of \`@processing\` is a ${whole ? 'whole number' : 'number'}, not \`${print(node)}\``,
  )
  return undefined
}
