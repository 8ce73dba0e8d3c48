import { nested } from './nested.ts'
import { page } from './page.ts'
import { point } from './point.ts'
import type { Question } from './question.ts'
import type { Workload } from './workload.ts'

/** Of twenty requests. */
const PARTS: readonly (readonly [Workload, number])[] = [
  [point, 15],
  [page, 4],
  [nested, 1],
]
const TURNS = 5

export const mixed: Workload = {
  name: 'mixed',
  title: `of twenty requests ${PARTS.map(([{ name }, weight]) => `${weight} ${name}`).join(', ')}`,
  questions: (customers) => {
    const parts = PARTS.map(([workload, weight]) => ({
      questions: workload.questions(customers),
      weight,
      at: 0,
    }))
    const next = (part: (typeof parts)[number]): Question[] =>
      Array.from({ length: part.weight }, () => part.questions[part.at++ % part.questions.length]).filter(
        (question) => question !== undefined,
      )
    return Array.from({ length: TURNS }, () => spreadOut(parts.map(next))).flat()
  },
}

/** Rare ones between the others and not behind them, at places that follow from their number alone. */
function spreadOut(lists: readonly (readonly Question[])[]): readonly Question[] {
  return lists
    .flatMap((list) => list.map((question, index) => ({ question, place: (index + 0.5) / list.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ question }) => question)
}
