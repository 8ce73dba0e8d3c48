import { setImmediate as turn } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Access } from './access.ts'
import { createBackoff } from './backoff.ts'
import type { Entry } from './entry.ts'
import { type Commitments, SUBJECTS_IN_A_TURN } from './salts.ts'
import { sealInTurns } from './seal.ts'
import { withSession } from './session.ts'

/** So many subjects take so long to look up and to hash that no commit should wait for it. */
export function isLarge({ subjects }: Access): boolean {
  return subjects.length > SUBJECTS_IN_A_TURN
}

export interface SealApart {
  /** Seals an entry whenever its turn comes, and hands it to `sealed`. Nothing comes of one that nobody waits for any more. */
  add(entry: Entry): void
  /** Resolves when all that was added has been sealed or given up. */
  settled(): Promise<void>
}

export interface SealApartOptions {
  readonly pool: Pool
  readonly stepMs: number
  readonly instance: string
  readonly commitments: Commitments
  sealed(entry: Entry): void
  /** One attempt to read salts failed. */
  failed(): void
  /** The salts could not be read for as long as somebody waited. */
  gaveUp(): void
}

/** Large accesses, one after the other, on a connection of their own and beside the commits of all others. */
export function createSealApart(options: SealApartOptions): SealApart {
  const { pool, stepMs, instance, commitments, sealed, failed, gaveUp } = options
  let last: Promise<void> = Promise.resolve()

  async function sealOne(entry: Entry): Promise<void> {
    const { subjects } = entry.access
    const backoff = createBackoff()
    let attempts = 0
    while (entry.waiting) {
      try {
        attempts++
        const of = await withSession(pool, stepMs, (session) => commitments.load(session, subjects))
        const found: string[] = []
        for (let from = 0; from < subjects.length; from += SUBJECTS_IN_A_TURN) {
          await turn()
          found.push(...of(subjects.slice(from, from + SUBJECTS_IN_A_TURN)))
        }
        if (await sealInTurns(entry, found, instance)) sealed(entry)
        return
      } catch {
        failed()
        await backoff()
      }
    }
    if (attempts > 0) gaveUp()
  }

  return {
    add(entry) {
      last = last.then(() => sealOne(entry))
    },
    settled: () => last,
  }
}
