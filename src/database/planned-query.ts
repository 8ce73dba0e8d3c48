import pg from 'pg'

/** As much of pg as is used here beyond its types (its `lib/client.js`, `lib/connection.js`, `lib/query.js`, `lib/utils.js`). */
interface Connection {
  readonly submittedNamedStatements: Record<string, string>
  parse(message: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void
  bind(message: { readonly statement: string; readonly values: readonly unknown[] }): void
  describe(message: { readonly type: 'P'; readonly name: string }): void
  execute(message: object): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sync(): void
}
interface Column {
  readonly dataTypeID: number
  readonly format: 'text' | 'binary'
}
type Client = pg.Client | pg.PoolClient
type Parse = (value: unknown) => unknown
type Done = (error: Error | undefined, rows?: unknown[][]) => void

export interface PlannedStatement {
  /** Stands for the same text for as long as the connection lives; undefined: the server is to forget the statement. */
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
  /** The server is to plan it without regard to its values; else that is its own choice. */
  readonly planOnce: boolean
}

const { prepareValue } = (pg as unknown as { readonly utils: { readonly prepareValue: Parse } }).utils
const prepareOne = (value: unknown): unknown => prepareValue(value)

/**
 * Runs a statement. What pg has the server do at each execution, it does once per connection for one with a name: describe its
 * columns, and plan it where `planOnce`.
 *
 * @returns rows as arrays
 */
export function runPlanned(client: Client, statement: PlannedStatement): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, rows = []) => (error === undefined ? resolve(rows) : reject(error))
    client.query(new PlannedQuery(client, statement, done))
  })
}

/** Of a connection. */
interface Session {
  /** What turns each column's text into a value, by the statement's name. */
  readonly described: Map<string, readonly Parse[]>
  /** Whether plans are made without regard to values; undefined: not known. */
  plansOnce: boolean | undefined
}
const sessions = new WeakMap<Client, Session>()

function sessionOf(client: Client): Session {
  const known = sessions.get(client)
  if (known) return known
  const session: Session = { described: new Map(), plansOnce: false }
  sessions.set(client, session)
  return session
}

/** The name of the statement that changes how the session plans. */
const CHANGE = 'gateway_planning'

class PlannedQuery extends pg.Query {
  readonly name: string | undefined
  /** The client puts its timeout around it. */
  declare callback: Done
  declare values: readonly unknown[]
  declare text: string
  declare hasBeenParsed: (connection: Connection) => boolean
  readonly #client: Client
  readonly #session: Session
  readonly #planOnce: boolean
  readonly #rows: unknown[][] = []
  #columns: readonly Parse[] | undefined
  #failure: Error | undefined

  constructor(client: Client, { name, text, values, planOnce }: PlannedStatement, done: Done) {
    // Of a text, pg makes no copy as it does of a configuration. A value that cannot be sent throws here, before anything is.
    super(text, values.map(prepareOne), done as never)
    this.name = name
    this.#client = client
    this.#session = sessionOf(client)
    this.#planOnce = planOnce
    this.#columns = name === undefined ? undefined : this.#session.described.get(name)
  }

  requiresPreparation(): boolean {
    return true
  }

  /** Called by `submit` of pg's query, which sends what is written in here as one. */
  prepare(connection: Connection): void {
    const { name = '', text, values } = this
    if (!this.hasBeenParsed(connection)) {
      connection.parse({ name, text, types: [] })
      if (name !== '') connection.submittedNamedStatements[name] = text
    }
    // After the parsing: the first answer that a text was parsed, pg takes for this statement's.
    if (this.#session.plansOnce !== this.#planOnce) this.#changePlanning(connection)
    connection.bind({ statement: name, values })
    if (this.#columns === undefined) connection.describe({ type: 'P', name: '' })
    connection.execute({})
    connection.sync()
  }

  /** No answer of its own: it returns no rows, and if it fails, so does all that is sent with it. */
  #changePlanning(connection: Connection): void {
    const text = this.#planOnce ? 'SET plan_cache_mode = force_generic_plan' : 'RESET plan_cache_mode'
    connection.close({ type: 'S', name: CHANGE })
    connection.parse({ name: CHANGE, text, types: [] })
    connection.bind({ statement: CHANGE, values: [] })
    connection.execute({})
    this.#session.plansOnce = this.#planOnce
  }

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.#columns = fields.map(({ dataTypeID, format }) => this.#client.getTypeParser(dataTypeID, format))
    if (this.name !== undefined) this.#session.described.set(this.name, this.#columns)
  }

  handleDataRow({ fields }: { readonly fields: readonly unknown[] }): void {
    try {
      this.#rows.push(fields.map((value, i) => (value === null ? null : this.#columns?.[i]?.(value))))
    } catch (error) {
      // A throw in here would end the process.
      this.#failure = error as Error
    }
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.callback(this.#failure, this.#rows)
  }

  handleError(error: Error): void {
    // What was sent with it is undone, a change of the planning too.
    this.#session.plansOnce = undefined
    this.callback(error)
  }
}
