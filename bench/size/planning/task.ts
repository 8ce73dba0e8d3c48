/** What the planning process reads from stdin. */
export interface PlanningTask {
  readonly types: number
  readonly env: { readonly SCHEMA_DIR: string; readonly PRISMA_SCHEMA: string }
  /** How many documents are measured; as many others come before, to warm up. */
  readonly documents: number
}

/** What it writes to stdout: of one document, from its text to a statement with values. */
export interface PlanningCost {
  readonly types: number
  /** graphql-js, with the rule of the gateway's limits. */
  readonly parseAndValidate: Share
  /** Purpose and principal admitted, operation planned and compiled to SQL, parameters bound. */
  readonly planAndCompile: Share
  readonly sum: Share
  /** Plan and statements of a document that was asked before. */
  readonly fromCache: Share
}

export interface Share {
  readonly p50Ms: number
  readonly p99Ms: number
}
