import { sortedGroups } from './sorted-groups.ts'
import type { Workload } from './workload.ts'

/**
 * Figures of a purpose with a smallest group: the gateway counts contributions per data subject, leaves out who objected, and
 * adds noise, so only the keys can be the same. The others do the plain calculation. One question, asked again and again,
 * takes one place of the budget.
 */
export const groups: Workload = {
  name: 'groups',
  title:
    'count, sum and average of subscriptions by plan; by the gateway of groups of five or more, with noise',
  compared: (value) => sortedGroups((value as readonly { readonly key: unknown }[]).map(({ key }) => key)),
  questions: () => [
    {
      purpose: 'STATISTICS',
      variables: {},
      plain:
        'query Groups { subscriptionsByPlan { key { plan } count sum { seats monthlyPrice } avg { monthlyPrice } } }',
      served: `query Groups {
  subscriptionsAggregate(groupBy: [plan]) { key { plan } count sum { seats monthlyPrice } avg { monthlyPrice } }
}`,
      sql: {
        name: 'groups',
        text: `
  SELECT json_agg(g)::text AS body FROM (
    SELECT json_build_object('plan', upper(plan::text)) AS key, count(*) AS count,
           json_build_object('seats', sum(seats)::text, 'monthlyPrice', sum(monthly_price)::text) AS sum,
           json_build_object('monthlyPrice', round(avg(monthly_price), 6)::text) AS avg
    FROM subscription GROUP BY plan ORDER BY plan
  ) AS g`,
      },
    },
  ],
}
