import pg from 'pg'

/** As much of pg as is used here beyond its types (its `lib/client.js`, `lib/connection.js`, `lib/query.js`, `lib/utils.js`). */
interface Connection {
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
export type Client = pg.Client | pg.PoolClient
type Parse = (value: unknown) => unknown
/** Each row as an array. */
export type Rows = readonly (readonly unknown[])[]

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

/** A statement that a connection has prepared. */
interface Prepared {
  /** What turns each column's text into a value; undefined until the server has told them. */
  columns: readonly Parse[] | undefined
}

/** Of a connection. */
interface Session {
  /** By name; what was sent to be prepared counts. */
  readonly prepared: Map<string, Prepared>
  /** Whether plans are made without regard to values; undefined: not known. */
  plansOnce: boolean | undefined
}
const sessions = new WeakMap<Client, Session>()

function sessionOf(client: Client): Session {
  const known = sessions.get(client)
  if (known) return known
  const session: Session = { prepared: new Map(), plansOnce: false }
  sessions.set(client, session)
  return session
}

/** The name of the statement that changes how the session plans. */
const CHANGE = 'gateway_planning'

/** Of a statement: its rows, why it failed, or undefined where the failure of one before it kept it from being run. */
export type Outcome = Rows | Error | undefined

interface Part extends PlannedStatement {
  readonly done: (outcome: Outcome) => void
  readonly rows: unknown[][]
  columns: readonly Parse[] | undefined
  prepared: Prepared | undefined
  answered: boolean
  /** Why what the server answered could not be read. */
  unreadable: Error | undefined
}

/**
 * Statements that are sent as one and answered as one: the server reads and runs them, and answers, without waking anybody
 * in between. They share a transaction, so after one that fails none is run, and only what may be run twice belongs here.
 */
export class PlannedGroup extends pg.Query {
  /** The client puts its timeout around it. */
  declare callback: (error?: Error) => void
  readonly #client: Client
  readonly #session: Session
  readonly #parts: Part[] = []
  /** Whose answers are still to come, in their order; undefined: a change of the planning, which has no rows. */
  readonly #unanswered: (Part | undefined)[] = []

  constructor(client: Client) {
    super('', [], (() => undefined) as never)
    this.callback = (error) => this.#settle(error)
    this.#client = client
    this.#session = sessionOf(client)
  }

  /**
   * @param done called once
   * @throws where a value cannot be sent
   */
  add(statement: PlannedStatement, done: (outcome: Outcome) => void): void {
    const values = statement.values.map(prepareOne)
    const unknown = { columns: undefined, prepared: undefined, unreadable: undefined }
    this.#parts.push({ ...statement, ...unknown, values, done, rows: [], answered: false })
  }

  requiresPreparation(): boolean {
    return true
  }

  /** Called by `submit` of pg's query, which sends what is written in here as one. */
  prepare(connection: Connection): void {
    for (const part of this.#parts) {
      if (this.#session.plansOnce !== part.planOnce) this.#changePlanning(connection, part.planOnce)
      this.#send(connection, part)
    }
    connection.sync()
  }

  #changePlanning(connection: Connection, planOnce: boolean): void {
    const text = planOnce ? 'SET plan_cache_mode = force_generic_plan' : 'RESET plan_cache_mode'
    connection.close({ type: 'S', name: CHANGE })
    connection.parse({ name: CHANGE, text, types: [] })
    connection.bind({ statement: CHANGE, values: [] })
    connection.execute({})
    this.#session.plansOnce = planOnce
    this.#unanswered.push(undefined)
  }

  #send(connection: Connection, part: Part): void {
    const { name = '', text, values } = part
    const { prepared } = this.#session
    part.prepared = prepared.get(name)
    if (part.prepared === undefined) {
      part.prepared = { columns: undefined }
      if (name !== '') {
        prepared.set(name, part.prepared)
        // Of one that failed, nobody knows whether it was prepared.
        connection.close({ type: 'S', name })
      }
      connection.parse({ name, text, types: [] })
    }
    part.columns = part.prepared.columns
    connection.bind({ statement: name, values })
    if (part.columns === undefined) connection.describe({ type: 'P', name: '' })
    connection.execute({})
    this.#unanswered.push(part)
  }

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    const part = this.#unanswered[0]
    if (part?.prepared === undefined) return
    part.columns = fields.map(({ dataTypeID, format }) => this.#client.getTypeParser(dataTypeID, format))
    part.prepared.columns = part.columns
  }

  handleDataRow({ fields }: { readonly fields: readonly unknown[] }): void {
    const part = this.#unanswered[0]
    if (part === undefined) return
    try {
      part.rows.push(fields.map((value, i) => (value === null ? null : part.columns?.[i]?.(value))))
    } catch (error) {
      // A throw in here would end the process.
      part.unreadable = error as Error
    }
  }

  handleCommandComplete(): void {
    const part = this.#unanswered.shift()
    if (part) part.answered = true
  }

  handleReadyForQuery(): void {
    this.callback()
  }

  handleError(error: Error): void {
    this.callback(error)
  }

  /** The first that has no answer has failed; those behind it were not run. */
  #settle(error: Error | undefined): void {
    const { prepared } = this.#session
    // A change of the planning is undone with the rest.
    if (error !== undefined) this.#session.plansOnce = undefined
    let failure = error
    for (const part of this.#parts.splice(0)) {
      if (part.answered) part.done(part.unreadable ?? part.rows)
      else {
        if (part.name !== undefined && prepared.get(part.name) === part.prepared) prepared.delete(part.name)
        part.done(failure)
        failure = undefined
      }
    }
  }
}
