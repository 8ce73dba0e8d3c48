import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { invariant } from '../invariant.ts'
import type { SubjectKey } from './access.ts'
import { commitment } from './commitment.ts'
import type { Session } from './session.ts'

/** How long after an erasure this process may still use the old commitment. Documented in docs/audit.md. */
export const COMMITMENT_TTL_MS = 30_000
const CACHED_COMMITMENTS = 100_000
const ROUNDS = 5
/** An access to thousands of subjects holds nobody else up. */
export const SUBJECTS_IN_A_TURN = 500

export interface Commitments {
  /** One commitment per subject, or undefined where the cache lacks one. No I/O. */
  known(subjects: readonly SubjectKey[]): readonly string[] | undefined
  /** Reads, and for new subjects makes, the salts that the cache lacks: one statement for all of them. */
  load(session: Session, subjects: readonly SubjectKey[]): Promise<Loaded>
}

/** One commitment for each of these subjects, which must be among those that were loaded. */
export type Loaded = (subjects: readonly SubjectKey[]) => readonly string[]

/**
 * The cache holds commitments, not salts: a hot subject costs no hash, and the secret does not stay in this process.
 * An entry lives COMMITMENT_TTL_MS from its reading, however often it is used.
 */
export function createCommitments(): Commitments {
  const cache = new LRUCache<string, string>({ max: CACHED_COMMITMENTS, ttl: COMMITMENT_TTL_MS })
  return {
    known(subjects) {
      const found: string[] = []
      for (const subject of subjects) {
        const text = cache.get(cacheKey(subject))
        if (text === undefined) return undefined
        found.push(text)
      }
      return found
    },
    async load(session, subjects) {
      // Not what the cache holds afterwards: entries expire, and more may be asked for than it can hold.
      const loaded = new Map<string, string>()
      const missing = new Map<string, SubjectKey>()
      for (const [i, subject] of subjects.entries()) {
        if (i % SUBJECTS_IN_A_TURN === SUBJECTS_IN_A_TURN - 1) await turn()
        const key = cacheKey(subject)
        const text = cache.get(key)
        if (text === undefined) missing.set(key, subject)
        else loaded.set(key, text)
      }
      for (let round = 0; missing.size > 0; round++) {
        if (round === ROUNDS) throw new Error('salts of data subjects vanish while they are read')
        for (const { model, key, salt } of await readOrMake(session, [...missing.values()])) {
          if (loaded.size % SUBJECTS_IN_A_TURN === SUBJECTS_IN_A_TURN - 1) await turn()
          const text = commitment(salt, key)
          const name = cacheKey({ model, key })
          loaded.set(name, text)
          cache.set(name, text)
          missing.delete(name)
        }
      }
      return (asked) =>
        asked.map((subject) => {
          const text = loaded.get(cacheKey(subject))
          invariant(text !== undefined, 'a commitment was loaded')
          return text
        })
    },
  }
}

const cacheKey = ({ model, key }: SubjectKey): string => `${model}\u0000${key}`

/**
 * A salt that another gateway made at this very moment is neither inserted nor yet visible to this statement; the caller
 * asks again. Ordered, so that two gateways that make the same salts cannot wait for each other. A crash after it leaves
 * a salt without a record, which says nothing.
 */
async function readOrMake(session: Session, subjects: readonly SubjectKey[]) {
  const result = await session.query<{ model: string; key: string; salt: Buffer }>({
    name: 'audit_salts',
    text: `WITH wanted AS (
        SELECT model, key, substring($3::bytea FROM ((n - 1) * 32 + 1)::int FOR 32) AS salt
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(model, key, n)
      ), made AS (
        INSERT INTO gateway.subject_salt (model, key, salt)
        SELECT model, key, salt FROM wanted AS w
        WHERE NOT EXISTS (SELECT FROM gateway.subject_salt AS s WHERE s.model = w.model AND s.key = w.key)
        ORDER BY model, key
        ON CONFLICT DO NOTHING RETURNING model, key, salt
      )
      SELECT model, key, salt FROM made
      UNION ALL SELECT model, key, s.salt FROM gateway.subject_salt AS s JOIN wanted USING (model, key)`,
    values: [subjects.map((s) => s.model), subjects.map((s) => s.key), randomBytes(32 * subjects.length)],
  })
  return result.rows
}
