import type { JsonText } from '../read/read-root.ts'

/** What of an HTTP response is decided by the answer. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: JsonText
}

/** A client that was told 503 may try again after so long. */
export const RETRY_AFTER_SECONDS = '1'

export function httpAnswerOf(status: number, body: JsonText): HttpAnswer {
  return { status, headers: status === 503 ? UNAVAILABLE : KEPT_NOWHERE, body }
}

const KEPT_NOWHERE: HttpAnswer['headers'] = [['cache-control', 'no-store']]
const UNAVAILABLE: HttpAnswer['headers'] = [...KEPT_NOWHERE, ['retry-after', RETRY_AFTER_SECONDS]]
