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
/** As the table demands (`prisma/gateway/migrations`). */
const SALT_BYTES = 32
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
        const asked = [...missing]
        const salts = await readOrMake(
          session,
          asked.map(([, subject]) => subject),
        )
        for (const [i, [name, { key }]] of asked.entries()) {
          if (i % SUBJECTS_IN_A_TURN === SUBJECTS_IN_A_TURN - 1) await turn()
          const salt = salts[i]
          if (salt === undefined) continue
          const text = commitment(salt, key)
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
 * One salt per subject, in order; undefined where the caller has to ask again, because another gateway made some of them at
 * this very moment: those are neither inserted nor yet visible to this statement. New ones are inserted in order, so that two
 * gateways that make the same salts cannot wait for each other. A crash after it leaves a salt without a record, which says
 * nothing.
 *
 * In one row and as base64: thousands of rows of `bytea` take many times as long to receive.
 */
async function readOrMake(
  session: Session,
  subjects: readonly SubjectKey[],
): Promise<readonly (Buffer | undefined)[]> {
  const proposed = randomBytes(SALT_BYTES * subjects.length)
  const { rows } = await session.query<ReadOrMade>({
    name: 'audit_salts',
    text: READ_OR_MAKE,
    values: [subjects.map((s) => s.model), subjects.map((s) => s.key), proposed],
  })
  const { salts, absent, made } = rows[0] ?? {}
  const read = Buffer.from(salts ?? '', 'base64')
  const places = new Set(absent)
  invariant(read.length === (subjects.length - places.size) * SALT_BYTES, 'every salt that was there came')
  let at = 0
  return subjects.map((_, i) => {
    if (places.has(i)) return made === places.size ? saltAt(proposed, i) : undefined
    return saltAt(read, at++)
  })
}

const saltAt = (salts: Buffer, i: number): Buffer => salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES)

interface ReadOrMade {
  /** Those that were there, in order, base64; null where there were none. */
  readonly salts: string | null
  /** Places, from 0, of the subjects that had none; null where all had. */
  readonly absent: readonly number[] | null
  /** How many of them have the proposed one now. */
  readonly made: number
}

const READ_OR_MAKE = `WITH wanted AS (
    SELECT model, key, n::int, substring($3::bytea FROM ((n - 1) * ${SALT_BYTES} + 1)::int FOR ${SALT_BYTES}) AS salt
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(model, key, n)
  ), found AS (
    SELECT w.n, w.model, w.key, w.salt AS proposed, s.salt FROM wanted AS w
    LEFT JOIN gateway.subject_salt AS s ON s.model = w.model AND s.key = w.key
  ), made AS (
    INSERT INTO gateway.subject_salt (model, key, salt)
    SELECT model, key, proposed FROM found WHERE salt IS NULL ORDER BY model, key
    ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT encode(string_agg(salt, ''::bytea ORDER BY n), 'base64') AS salts,
    array_agg(n - 1) FILTER (WHERE salt IS NULL) AS absent, (SELECT count(*)::int FROM made) AS made
  FROM found`
