import { expect, test } from 'vitest'
import { type BreakGlassState, decideBreakGlass } from '../../src/audit/decide-break-glass.ts'

const MINUTE = 60_000
const latest = { id: 'use', openedAt: 0, closesAt: 30 * MINUTE }
const state = (changes: Partial<BreakGlassState>): BreakGlassState => ({
  now: 0,
  reviewDue: undefined,
  latest: undefined,
  justificationUsed: false,
  ...changes,
})

test.each<[string, Partial<BreakGlassState>, number, string]>([
  ['nobody was in', {}, 30, 'opens'],
  ['the last moment of a use', { latest, now: 30 * MINUTE - 1, justificationUsed: true }, 30, 'open'],
  ['its end', { latest, now: 30 * MINUTE, justificationUsed: true }, 30, 'expired'],
  ['its end, with another reason', { latest, now: 30 * MINUTE }, 30, 'opens'],
  ['longer minutes than when it began', { latest, now: 30 * MINUTE, justificationUsed: true }, 60, 'expired'],
  [
    'shorter minutes than when it began',
    { latest, now: 10 * MINUTE, justificationUsed: true },
    10,
    'expired',
  ],
  ['the last moment before a deadline', { latest, now: 10 * MINUTE - 1, reviewDue: 10 * MINUTE }, 30, 'open'],
  ['a deadline, even in an open use', { latest, now: 10 * MINUTE, reviewDue: 10 * MINUTE }, 30, 'unreviewed'],
  ['a deadline of another purpose', { now: 1, reviewDue: 1 }, 30, 'unreviewed'],
])('%s', (_, changes, minutes, kind) => {
  expect(decideBreakGlass(state(changes), minutes).kind).toBe(kind)
})
