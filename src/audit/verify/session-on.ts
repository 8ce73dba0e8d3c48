import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import type { Session } from '../session.ts'

/** Asks one after the other, in the order of the calls; a connection does not take them otherwise. */
export function inTurn(): <T>(ask: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (ask) => {
    const answer = last.then(ask)
    last = answer.catch(() => undefined)
    return answer
  }
}

/** One connection as something that the tile store can ask; questions that come at the same time take turns. */
export function sessionOn(client: ClientBase): Pick<Session, 'query'> {
  const turn = inTurn()
  return {
    query: <Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> =>
      turn(() => client.query<Row>(query)),
  }
}
