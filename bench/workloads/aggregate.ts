import { sortedGroups } from './sorted-groups.ts'
import type { Workload } from './workload.ts'

/** Figures that a purpose with rows is served, which are exact. PostGraphile has no aggregates without a plugin of others. */
export const aggregate: Workload = {
  name: 'aggregate',
  title: 'count and sum of all invoices by status, exact',
  compared: sortedGroups,
  questions: () => [
    {
      variables: {},
      plain: 'query Aggregate { invoicesByStatus { key { status } count sum { total } } }',
      served:
        'query Aggregate { invoicesAggregate(groupBy: [status]) { key { status } count sum { total } } }',
      sql: {
        name: 'aggregate',
        text: `
  SELECT json_agg(g)::text AS body FROM (
    SELECT json_build_object('status', upper(status::text)) AS key, count(*) AS count,
           json_build_object('total', sum(total_amount)::text) AS sum
    FROM invoice GROUP BY status ORDER BY status
  ) AS g`,
      },
    },
  ],
}
