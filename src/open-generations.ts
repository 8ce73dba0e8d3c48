import type { Databases } from './database/open.ts'
import { readsMore } from './database/reads-more.ts'
import { expectedFailureOf } from './expected-failure-of.ts'
import { createGateway, type GatewayParts } from './gateway.ts'
import { type Generations, startGenerations } from './generations.ts'
import type { TokenVerifierResult } from './identity/open-token-verifier.ts'
import { claimsOf } from './policy/claims-of.ts'
import type { Policy } from './policy/policy.ts'
import type { ServeOptions, Undo } from './serve-options.ts'
import type { Served } from './served.ts'

export interface GenerationsParts {
  /** Of every policy. */
  readonly gateway: Omit<GatewayParts, 'policy'>
  readonly verifierOf: Extract<TokenVerifierResult, { kind: 'verifier' }>['verifierOf']
  readonly databases: Pick<Databases, 'govern'>
}

/** What answers requests, under the policy in force and those that it changes to. */
export async function openGenerations(
  { policy, policyChanges }: ServeOptions,
  { gateway: parts, verifierOf, databases }: GenerationsParts,
  opened: Undo[],
): Promise<Generations<Served>> {
  const { log, instruments } = parts
  const make = async (policy: Policy): Promise<Served> => ({
    // It holds nothing open, so the gateway of a policy that is over is simply let go.
    gateway: await createGateway({ ...parts, policy }),
    verifier: verifierOf(claimsOf(policy)),
  })
  const generations = startGenerations(
    {
      load: policyChanges?.load ?? (async () => ({ policy, findings: [] })),
      make,
      register: ({ hash, text }) => log.registerPolicy(hash, text),
      readsMore,
      govern: databases.govern,
      report: (change) => {
        if (change.kind === 'taken') instruments.usePurposes(change.policy.purposes.keys())
        if (change.kind !== 'tooWide') instruments.policyChange(change.kind)
        policyChanges?.report(change)
      },
      reasonOf: (error) => expectedFailureOf(error)?.message ?? 'the gateway failed to take it over',
    },
    { policy, served: await make(policy) },
  )
  opened.push(async () => generations.close())
  return generations
}
