import type { ClientBase, QueryConfig, QueryResultRow } from 'pg'
import type { Session } from '../session.ts'

/** One connection as something that the tile store can ask. */
export function sessionOn(client: ClientBase): Pick<Session, 'query'> {
  return { query: <Row extends QueryResultRow>(query: QueryConfig) => client.query<Row>(query) }
}
