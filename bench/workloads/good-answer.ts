import type { Answer } from './workload.ts'

/** An answer with errors has no data, or has its errors first. */
export const GOOD: Readonly<Record<Answer, { readonly status: number; readonly begins: string }>> = {
  data: { status: 200, begins: '{"data":{' },
  refusal: { status: 403, begins: '{"errors":[' },
}
