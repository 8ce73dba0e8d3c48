import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { KeysUnavailable } from './keys-unavailable.ts'

export interface RefreshingKeysOptions {
  /** Gets the issuer's keys; rejects with `KeysUnavailable`. */
  readonly load: () => Promise<JSONWebKeySet>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** From this age on a refresh begins beside the requests. */
  readonly refreshAfterMs?: number
  /** From this age on a request waits for the refresh, so a withdrawn key stops working. */
  readonly maxAgeMs?: number
  /** From this age on the keys do not serve even if the issuer cannot be reached. */
  readonly staleAfterMs?: number
  /** Least time between the end of one load and the start of the next, successful or not. */
  readonly cooldownMs?: number
}

const MINUTE_MS = 60_000

/**
 * The issuer's keys, kept and renewed. Promises:
 * - at most one load at a time and one per `cooldownMs`, whatever tokens are thrown at the gateway;
 * - a new key works at once: an unknown `kid` causes a load, subject to the cooldown;
 * - a withdrawn key works at most `maxAgeMs` longer while the issuer answers;
 * - while the issuer does not answer, the last keys serve for `staleAfterMs`, and only the first request of an outage
 *   waits; without any keys, every token is refused with `KeysUnavailable`.
 */
export function refreshingKeys(options: RefreshingKeysOptions): JWTVerifyGetKey {
  const { load, now, refreshAfterMs = 2 * MINUTE_MS, maxAgeMs = 5 * MINUTE_MS } = options
  const { staleAfterMs = 24 * 60 * MINUTE_MS, cooldownMs = 5_000 } = options
  let current: { readonly find: JWTVerifyGetKey; readonly loadedAtMs: number } | undefined
  let failure: KeysUnavailable | undefined
  let endedAtMs: number | undefined
  let pending: Promise<void> | undefined

  /** A clock that was set back gives no age, which counts as very old. */
  const since = (momentMs: number | undefined): number => {
    const elapsedMs = momentMs === undefined ? Infinity : now() - momentMs
    return elapsedMs < 0 ? Infinity : elapsedMs
  }

  async function renew(): Promise<void> {
    try {
      const find = createLocalJWKSet(await load())
      current = { find, loadedAtMs: now() }
      failure = undefined
    } catch (error) {
      failure =
        error instanceof KeysUnavailable ? error : new KeysUnavailable('what it sent is not a key set')
    } finally {
      endedAtMs = now()
      pending = undefined
    }
  }

  /** Resolves when a load that was due has ended; never rejects. */
  function refresh(): Promise<void> {
    if (pending === undefined && since(endedAtMs) >= cooldownMs) pending = renew()
    return pending ?? Promise.resolve()
  }

  return async (header, token) => {
    const ageMs = since(current?.loadedAtMs)
    if (ageMs >= refreshAfterMs) {
      const refreshed = refresh()
      if (current === undefined || (ageMs >= maxAgeMs && failure === undefined)) await refreshed
    }
    const known = current
    if (known === undefined || since(known.loadedAtMs) >= staleAfterMs)
      throw failure ?? new KeysUnavailable('they are too old')
    try {
      return await known.find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await refresh()
      if (current !== known && current !== undefined) return current.find(header, token)
      throw failure ?? error
    }
  }
}
