import type { Context, Span } from '@opentelemetry/api'
import type { Outcome } from '../audit/access.ts'
import type { Cancellation } from '../cancellation.ts'
import type { ErrorCode } from '../errors.ts'
import type { Declaration, Principal } from '../identity/principal.ts'
import type { Plan } from '../plan/plan.ts'
import type { RequestFacts } from '../plan/request-facts.ts'
import type { VariableValues } from '../plan/variable-shape.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { Tallies } from '../read/read-root.ts'
import type { Statement } from '../read/statement.ts'

/** One request on its way through the gateway: what came in, and what the phases found out, in order. */
export interface GatewayRequest {
  readonly principal: Principal
  readonly declaration: Declaration
  /** Asked for when the client goes away. */
  readonly cancellation: Cancellation
  readonly span: Span
  /** Parent of the spans of the phases. */
  readonly traceContext: Context
  /** As declared in header or operation; not necessarily one of the policy's. */
  purposeName: string | undefined
  /** Set once the principal was admitted to it. */
  purpose: Purpose | undefined
  /** What the policy's conditions compare with; set once the principal was found to bring it. */
  facts: RequestFacts | undefined
  /** Set where the principal was let in without a role of the purpose. */
  breakGlass: { readonly id: string; readonly purpose: string } | undefined
  plan: Plan | undefined
  statements: ReadonlyMap<string, Statement>
  /** By its name; set with the plan, so that all root fields of a request share it whatever the clock does meanwhile. */
  pseudonymPeriod: string
  /** Coerced. */
  variables: VariableValues
  /** The day that budgets and the noise of figures go by, `YYYY-MM-DD` in UTC; one for the whole request. */
  day: string
  /** By response key. */
  readonly answers: Map<string, Tallies>
  /** Coordinate → code, of what was blocked; with the request refused or pruned. */
  blocked: Readonly<Record<string, ErrorCode>>
  outcome: Outcome
  /** The operation reads no governed data (introspection only), so there is no access to record. */
  reads: boolean
}

export function newRequest({
  principal,
  declaration,
  cancellation,
  span,
  traceContext,
}: Pick<
  GatewayRequest,
  'principal' | 'declaration' | 'cancellation' | 'span' | 'traceContext'
>): GatewayRequest {
  return {
    principal,
    declaration,
    cancellation,
    span,
    traceContext,
    purposeName: declaration.purpose,
    purpose: undefined,
    facts: undefined,
    breakGlass: undefined,
    plan: undefined,
    statements: NO_STATEMENTS,
    pseudonymPeriod: '',
    variables: {},
    day: '',
    answers: new Map(),
    blocked: {},
    outcome: 'failed',
    reads: true,
  }
}

const NO_STATEMENTS: ReadonlyMap<string, Statement> = new Map()
