/** Who asks, as a verified token says. Made by `identity/verify-token.ts` only. */
export interface Principal {
  /** The token's `sub`. */
  readonly subject: string
  /** The calling client: `azp`, else `client_id`. */
  readonly app: string
  readonly roles: readonly string[]
  /** Purposes granted by scopes `purpose:NAME`. */
  readonly purposes: readonly string[]
  /** Key of the data subject that the token stands for, part by part; undefined where it names none, or in another form. */
  readonly dataSubject: readonly string[] | undefined
  /** Those that conditions of the policy name, and no other. */
  readonly claims: ReadonlyMap<string, ClaimValue>
}

/** Numbers are whole or exact as JavaScript has them; nothing is empty. */
export type ClaimValue = string | number | boolean | readonly (string | number)[]

/** What one request says of itself: header values, not yet checked against the policy. */
export interface Declaration {
  readonly purpose: string | undefined
  readonly justification: string | undefined
  readonly onDenied: OnDenied
}

export type OnDenied = 'reject' | 'prune'
