import type { Question } from './question.ts'

/** One kind of request. All peers that can be asked must give the same values. */
export interface Workload {
  readonly name: string
  readonly title: string
  /** Sent in turn. */
  questions(customers: number): readonly Question[]
  /** What of the root field's value must be the same for all peers; everything if left out. */
  compared?(value: unknown): unknown
  /** Whether `SERIAL` in a request stands for a number that no other request has: no two documents are alike. */
  readonly unique?: boolean
  /** `data` if left out. */
  readonly answer?: Answer
}

/** What a good answer is: everything was served, or everything was refused. */
export type Answer = 'data' | 'refusal'

export const SERIAL = '_SERIAL_'
