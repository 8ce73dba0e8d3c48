import type { Model } from './governed-model.ts'
import type { ClaimUse } from './row-condition.ts'
import type { TypeScope } from './scope.ts'

/** What one `@rows` is read under, and the claims that it turns out to name. */
export interface RowSite {
  readonly scope: TypeScope
  readonly models: ReadonlyMap<string, Model>
  readonly purposes: readonly string[]
  readonly claims: ClaimUse[]
}
