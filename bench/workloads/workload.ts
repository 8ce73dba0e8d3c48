/** One kind of request, in the words of each peer. All of them must give the same values. */
export interface Workload {
  readonly name: string
  readonly title: string
  /** Hand-written, one column `body` of JSON text that holds the value of the root field. */
  readonly sql: string
  /** For plain Apollo Server over `bench/peers/apollo-prisma/schema.graphql`. */
  readonly plainQuery: string
  /** For the gateway's served schema, as the purpose BILLING. */
  readonly servedQuery: string
  /** Sent in turn; each object's values, in order, are the parameters of `sql`. */
  variables(customers: number): readonly Readonly<Record<string, string>>[]
}
