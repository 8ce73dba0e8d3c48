import { aggregate } from './aggregate.ts'
import { cold } from './cold.ts'
import { groups } from './groups.ts'
import { mixed } from './mixed.ts'
import { nested } from './nested.ts'
import { page } from './page.ts'
import { point } from './point.ts'
import { refused } from './refused.ts'
import { wide } from './wide.ts'
import type { Workload } from './workload.ts'

export const WORKLOADS: readonly Workload[] = [
  point,
  nested,
  wide,
  page,
  aggregate,
  groups,
  refused,
  cold,
  mixed,
]
