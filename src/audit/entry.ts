import { type Access, AuditUnavailable, type Receipt } from './access.ts'
import type { NewRecord } from './batch.ts'
import type { Folded } from './record.ts'

/** One access that waits for its commit. */
export interface Entry {
  readonly access: Access
  readonly folded: Folded | undefined
  /** UUIDv7 of its records. */
  readonly id: string
  /** Undefined until the commitments of its data subjects are known. */
  records: readonly NewRecord[] | undefined
  /** False once the caller has its receipts or its rejection. */
  readonly waiting: boolean
  resolve(receipts: readonly Receipt[]): void
  reject(): void
}

/** The promise settles once, and within `withinMs` whatever happens. */
export function createEntry(
  access: Access,
  folded: Folded | undefined,
  id: string,
  withinMs: number,
): { readonly entry: Entry; readonly receipts: Promise<readonly Receipt[]> } {
  const { promise, resolve, reject } = withResolvers<readonly Receipt[]>()
  let waiting = true
  const settle = (outcome: () => void) => {
    if (!waiting) return
    waiting = false
    clearTimeout(timer)
    outcome()
  }
  const giveUp = () =>
    settle(() => reject(new AuditUnavailable('the access could not be put on record in time')))
  const timer = setTimeout(giveUp, withinMs)
  const entry: Entry = {
    access,
    folded,
    id,
    records: undefined,
    get waiting() {
      return waiting
    },
    resolve: (receipts) => settle(() => resolve(receipts)),
    reject: giveUp,
  }
  return { entry, receipts: promise }
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: Error) => void = () => undefined
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
