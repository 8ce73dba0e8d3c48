import type { AggregateBudget } from '../budget/aggregate-budget.ts'
import type { Problem } from '../errors.ts'
import { aggregateQuestions } from '../plan/aggregate-question.ts'
import type { Plan } from '../plan/plan.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { GatewayRequest } from './request.ts'

/**
 * Takes the questions about groups that a request asks from its principal's budget, before anything is read. Undefined: it
 * may go on. A budget that cannot be told is no budget.
 */
export async function spendBudget(
  budget: AggregateBudget,
  { principal, variables, day }: GatewayRequest,
  purpose: Purpose,
  plan: Plan,
): Promise<Problem | undefined> {
  const { name, groups } = purpose
  const questions = groups ? aggregateQuestions(plan, variables) : []
  if (!groups || questions.length === 0) return undefined
  const most = groups.budget
  const spent = await budget.spend({ principal: principal.subject, purpose: name, day, questions, most })
  switch (spent) {
    case 'within':
      return undefined
    case 'exhausted':
      return {
        code: 'BUDGET_EXHAUSTED',
        message: `purpose \`${name}\` allows ${most} different questions about groups a day; ask one of today's again, or tomorrow`,
      }
    case 'unavailable':
      return {
        code: 'BUDGET_UNAVAILABLE',
        message: `the budget of purpose \`${name}\` could not be told, so nothing was read; try again later`,
      }
  }
}
