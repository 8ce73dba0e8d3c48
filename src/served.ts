import type { AccessLog } from './audit/access.ts'
import type { Gateway } from './enforce/operation-request.ts'
import type { GatewayRequest } from './enforce/request.ts'
import type { Generation, Generations } from './generations.ts'
import type { TokenVerifier } from './identity/verify-token.ts'
import type { Observation } from './observation.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface GraphqlRouteParts {
  readonly generations: Generations<Served>
  readonly log: AccessLog
  readonly telemetry: Telemetry
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What answers requests under one policy. */
export interface Served {
  readonly gateway: Gateway
  /** Keeps of a token what this policy looks at. */
  readonly verifier: TokenVerifier
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The policy that was in force when the request came; it is decided, answered and recorded under this one. */
    generation: Generation<Served> | undefined
    /** Set once the token was verified. */
    gatewayRequest: GatewayRequest | undefined
    /** Set first of all. */
    observation: Observation | undefined
  }
}
