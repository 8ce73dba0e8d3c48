import type { AccessLog } from './audit/access.ts'
import type { AccessLogOptions } from './audit/log.ts'
import type { Config } from './config.ts'
import type { PolicyChange } from './generations.ts'
import type { Compiled } from './policy/compile.ts'
import type { Policy } from './policy/policy.ts'
import type { TelemetryOptions } from './telemetry/telemetry.ts'

export interface ServeOptions {
  readonly config: Config
  readonly policy: Policy
  readonly version: string
  readonly env: TelemetryOptions['env']
  readonly testExporter?: TelemetryOptions['testExporter']
  /** Milliseconds since the epoch; the clock of this machine if left out. */
  readonly now?: () => number
  /** Aborts when the gateway is to stop before it is ready; `serve` then rejects with its reason, leaving nothing open. */
  readonly stop?: AbortSignal
  /** The day, `YYYY-MM-DD` in UTC, that budgets and the noise of figures go by; left out: today. Tests fix it. */
  readonly today?: () => string
  /** Without it the policy stays what it was at the start. */
  readonly policyChanges?: PolicyChanges
  /** Milliseconds since the epoch, by which reviews grow old; the time of day unless a test says otherwise. */
  readonly reviewClock?: () => number
  /**
   * What is put on record goes there in place of the database. No configuration reaches this, and none may: a gateway without
   * its log serves nothing. The benchmark measures with it what the log costs.
   */
  readonly openLog?: (options: AccessLogOptions) => AccessLog
  /** One line for the person who started the gateway. */
  log(line: string): void
}

/** Where a changed policy comes from, and who is told what became of it. */
export interface PolicyChanges {
  load(): Promise<Compiled>
  report(change: PolicyChange): void
  /** Calls `changed` whenever the policy may have changed, until the function that it returns is called. */
  watch(changed: () => void): () => void
}

/** Closes what was opened. */
export type Undo = () => Promise<unknown>
