import { type Client, PlannedGroup, type PlannedStatement, type Rows } from './planned-group.ts'

/**
 * Runs a statement. What pg has the server do at each execution, it does once per connection for one with a name: describe its
 * columns, and plan it where `planOnce`.
 *
 * @returns rows as arrays
 */
export function runPlanned(client: Client, statement: PlannedStatement): Promise<Rows> {
  return new Promise((resolve, reject) => {
    const group = new PlannedGroup(client)
    group.add(statement, (outcome) => {
      if (outcome instanceof Error) reject(outcome)
      else if (outcome === undefined) reject(new Error('the server has not run the statement'))
      else resolve(outcome)
    })
    client.query(group)
  })
}
