import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import type { Session } from '../session.ts'

/** One connection as something that the tile store can ask; questions that come at the same time take turns. */
export function sessionOn(client: ClientBase): Pick<Session, 'query'> {
  let last: Promise<unknown> = Promise.resolve()
  return {
    query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
      const answer = last.then(() => client.query<Row>(query))
      last = answer.catch(() => undefined)
      return answer
    },
  }
}
