import { nested } from './nested.ts'
import { point } from './point.ts'
import type { Workload } from './workload.ts'

export const WORKLOADS: readonly Workload[] = [point, nested]
