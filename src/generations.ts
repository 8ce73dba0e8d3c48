import type { Compiled } from './policy/compile.ts'
import type { Finding } from './policy/finding.ts'
import type { Policy } from './policy/policy.ts'

/** One policy with everything that was made from it: schema, plans, parsed documents. Nothing of it outlives it. */
export interface Generation<Served> {
  readonly policy: Policy
  readonly served: Served
}

/** What became of a changed policy. */
export type PolicyChange =
  | { readonly kind: 'taken'; readonly policy: Policy; readonly findings: readonly Finding[] }
  /** The old policy stays in force. `reason`: where it was not the policy that was at fault. */
  | {
      readonly kind: 'refused'
      readonly findings: readonly Finding[]
      readonly reason: string | undefined
    }
  /** The new policy is in force; the reader may still read columns that only the old one needed. */
  | { readonly kind: 'tooWide'; readonly reason: string }

export interface GenerationParts<Served> {
  load(): Promise<Compiled>
  make(policy: Policy): Promise<Served>
  /** The text of the policy is in the log, under its hash. */
  register(policy: Policy): Promise<void>
  /** Whether serving the second policy takes columns that serving the first does not. */
  readsMore(than: Policy, policy: Policy): boolean
  /** The reader may read what these policies take, and no more. */
  govern(policies: readonly [Policy, ...Policy[]]): Promise<void>
  /** Said once, however often the same thing is tried again. */
  report(change: PolicyChange): void
  /** A failure as one line that may be shown. */
  reasonOf(error: unknown): string
}

export interface Generations<Served> {
  /** The generation in force, for one request: it stays whole until the request says that it has ended. */
  enter(): { readonly generation: Generation<Served>; leave(): void }
  /** Takes the policy over as it now stands in its files. Never rejects; one at a time, and the last call wins. */
  reload(): Promise<void>
  close(): void
}

/** What failed for another reason than the policy is tried again: a purpose that was suspended must not stay open. */
const TRY_AGAIN_MS = 5_000

export function startGenerations<Served>(
  parts: GenerationParts<Served>,
  first: Generation<Served>,
): Generations<Served> {
  let current = first
  const underWay = new Map<Generation<Served>, number>()
  let narrow = false
  let running: Promise<void> | undefined
  let again = false
  let timer: NodeJS.Timeout | undefined
  let said = ''
  let closed = false

  function report(change: PolicyChange): void {
    const text = JSON.stringify(change.kind === 'taken' ? change.policy.hash : change)
    if (text !== said) parts.report(change)
    said = text
  }

  function tryAgain(): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(() => void reload(), TRY_AGAIN_MS).unref()
  }

  /** The protocol: whole or not at all. Until the swap, whatever fails leaves the old policy in force and untouched. */
  async function change(): Promise<void> {
    let findings: readonly Finding[] = []
    try {
      // 1. Compile. A policy that would keep a gateway from starting is no policy.
      const compiled = await parts.load()
      findings = compiled.findings
      const { policy } = compiled
      if (!policy) return report({ kind: 'refused', findings, reason: undefined })
      if (policy.hash === current.policy.hash) return await narrowReader()

      // 2. Everything that is made from it, none of it shared with the old one.
      const served = await parts.make(policy)

      // 3. The reader may read what either policy takes, because requests are under way on the old one.
      //    Crash: a reader that may read too much, until the next start; its SQL is made from the old policy all the same.
      if (parts.readsMore(current.policy, policy)) await parts.govern([current.policy, policy])

      // 4. The log knows the policy before a decision is made under it.
      //    Crash: a policy on record that was never in force.
      await parts.register(policy)

      // 5. Swap. Requests from now on are decided under the new policy; those under way end under the old one.
      if (closed) return
      narrow ||= parts.readsMore(policy, current.policy)
      current = { policy, served }
      report({ kind: 'taken', policy, findings })
    } catch (error) {
      report({ kind: 'refused', findings, reason: parts.reasonOf(error) })
      return tryAgain()
    }
    await narrowReader()
  }

  /** 6. When nobody is left on an older policy, the reader loses what only that one took. */
  async function narrowReader(): Promise<void> {
    if (!narrow || underWay.size > (underWay.has(current) ? 1 : 0)) return
    try {
      narrow = false
      await parts.govern([current.policy])
    } catch (error) {
      narrow = true
      report({ kind: 'tooWide', reason: parts.reasonOf(error) })
      tryAgain()
    }
  }

  async function run(): Promise<void> {
    do {
      again = false
      await change()
    } while (again && !closed)
    running = undefined
  }

  async function reload(): Promise<void> {
    if (closed) return
    again = true
    running ??= run()
    await running
  }

  return {
    enter() {
      const generation = current
      underWay.set(generation, (underWay.get(generation) ?? 0) + 1)
      return {
        generation,
        leave() {
          const left = (underWay.get(generation) ?? 1) - 1
          if (left > 0) underWay.set(generation, left)
          else {
            underWay.delete(generation)
            if (narrow && generation !== current) void reload()
          }
        },
      }
    },
    reload,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
