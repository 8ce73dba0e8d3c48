import type pg from 'pg'

/** What the log says of one access, as stored. */
export interface LoggedAccess {
  readonly outcome: string
  readonly principal?: { readonly subject: string; readonly app: string; readonly roles: readonly string[] }
  readonly purpose?: string
  readonly basis?: string
  readonly justification?: string
  readonly operation: { readonly name?: string; readonly hash?: string }
  readonly fields?: Readonly<Record<string, string>>
  readonly blocked?: Readonly<Record<string, string>>
  readonly rows?: Readonly<Record<string, number>>
  readonly subjects?: readonly string[]
  readonly response?: string
}

export interface LoggedRecord {
  readonly index: number
  readonly text: string
  readonly access: LoggedAccess
}

/** Records from an index on, in order. */
export async function recordsFrom(database: pg.Pool, index: number): Promise<readonly LoggedRecord[]> {
  const { rows } = await database.query<{ index: string; record: Buffer }>(
    'SELECT index, record FROM gateway.access_record WHERE index >= $1 ORDER BY index',
    [index],
  )
  return rows.map(({ index: at, record }) => ({
    index: Number(at),
    text: record.toString('utf8'),
    access: JSON.parse(record.toString('utf8')) as LoggedAccess,
  }))
}

export async function logSize(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ size: string }>('SELECT size FROM gateway.log_head')
  return Number(rows[0]?.size)
}
