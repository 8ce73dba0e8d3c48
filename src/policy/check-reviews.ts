import { textArgument } from './arguments.ts'
import { isCalendarDate, monthsAfter } from './calendar-date.ts'
import { reviewAge } from './review-age.ts'
import { directivesNamed, type Scope } from './scope.ts'

/** Whether each purpose was reviewed in time, as of a day. */
export function checkReviews(scope: Scope, today: string): void {
  for (const value of scope.definitions.enums.get('Purpose')?.values ?? [])
    for (const processing of directivesNamed(value, 'processing')) {
      const reviewed = textArgument(processing, 'reviewed', scope)
      if (reviewed && isCalendarDate(reviewed.text))
        checkReview(value.name.value, reviewed.text, reviewed.node, today, scope.reporter)
    }
}

function checkReview(
  name: string,
  reviewed: string,
  at: Parameters<Scope['reporter']['report']>[1],
  today: string,
  reporter: Scope['reporter'],
): void {
  const said = `the purpose \`${name}\` was last reviewed on ${reviewed}`
  const help = `review it, and date the review; after ${monthsAfter(reviewed, 13)} the gateway refuses it`
  switch (reviewAge(reviewed, today)) {
    case 'current':
      break
    case 'due':
      reporter.report('PG230', at, `${said}, more than eleven months ago`, help)
      break
    case 'late':
      reporter.report('PG231', at, `${said}, more than twelve months ago`, help)
      break
    case 'lapsed':
      reporter.report(
        'PG231',
        at,
        `${said}, more than thirteen months ago; the gateway refuses it`,
        'review it, and date the review',
      )
      break
    case 'ahead':
      reporter.report(
        'PG232',
        at,
        `the review of the purpose \`${name}\` is dated ${reviewed}, which is to come`,
      )
      break
  }
}
