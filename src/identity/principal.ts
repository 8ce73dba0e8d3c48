/** Who asks, as a verified token says. Made by `identity/verify-token.ts` only. */
export interface Principal {
  /** The token's `sub`. */
  readonly subject: string
  /** The calling client: `azp`, else `client_id`. */
  readonly app: string
  readonly roles: readonly string[]
  /** Purposes granted by scopes `purpose:NAME`. */
  readonly purposes: readonly string[]
}

/** What one request says of itself: header values, not yet checked against the policy. */
export interface Declaration {
  readonly purpose: string | undefined
  readonly justification: string | undefined
  readonly onDenied: OnDenied
}

export type OnDenied = 'reject' | 'prune'
