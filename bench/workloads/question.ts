/**
 * One request, in the words of each dialect. A dialect that cannot say it honestly is left out, and so are its peers: their
 * cells of the table stay empty.
 */
export interface Question {
  readonly variables: Readonly<Record<string, string>>
  /** Hand-written, one column `body` of JSON text that holds the value of the root field; `name` is the statement's. */
  readonly sql?: { readonly name: string; readonly text: string }
  /** Over `bench/peers/schema.graphql`, which Apollo and Mercurius serve. */
  readonly plain?: string
  /** Over the gateway's served schema. */
  readonly served?: string
  /** Over the schema that PostGraphile makes of the tables, with aliases for what is named otherwise there. */
  readonly postgraphile?: string
  /** That the gateway is told; `BILLING` if left out. */
  readonly purpose?: string
}
