import { type Access, AuditUnavailable, type Receipt } from './access.ts'
import type { NewRecord } from './batch.ts'
import type { Folded } from './record.ts'

/** One access that waits for its commit. Its promise settles once, and within `withinMs` whatever happens. */
export class Entry {
  readonly access: Access
  readonly folded: Folded | undefined
  /** UUIDv7 of its records. */
  readonly id: string
  readonly receipts: Promise<readonly Receipt[]>
  /** Undefined until the commitments of its data subjects are known. */
  records: readonly NewRecord[] | undefined = undefined
  #waiting = true
  #resolve: (receipts: readonly Receipt[]) => void = () => undefined
  #reject: (reason: Error) => void = () => undefined
  readonly #timer: NodeJS.Timeout

  constructor(access: Access, folded: Folded | undefined, id: string, withinMs: number) {
    this.access = access
    this.folded = folded
    this.id = id
    this.receipts = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#timer = setTimeout(giveUp, withinMs, this)
  }

  /** False once the caller has its receipts or its rejection. */
  get waiting(): boolean {
    return this.#waiting
  }

  resolve(receipts: readonly Receipt[]): void {
    if (this.#settle()) this.#resolve(receipts)
  }

  reject(): void {
    if (this.#settle()) this.#reject(new AuditUnavailable('the access could not be put on record in time'))
  }

  #settle(): boolean {
    if (!this.#waiting) return false
    this.#waiting = false
    clearTimeout(this.#timer)
    return true
  }
}

function giveUp(entry: Entry): void {
  entry.reject()
}
