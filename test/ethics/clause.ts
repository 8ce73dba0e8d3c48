import type { Policy } from '../../src/policy/policy.ts'
import type { World } from '../attacks/world.ts'

/** What the tests of a clause look at; opened before they run. */
export interface Subject {
  /** The demo behind a whole gateway, watched from all sides. */
  readonly world: World
  /** The demo policy. */
  readonly policy: Policy
}

/** Declares the tests of one clause. */
export type Clause = (subject: () => Subject) => void
