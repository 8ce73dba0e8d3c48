import pg from 'pg'

/** As much of pg as is used here beyond its types (its `lib/client.js`, `lib/connection.js`, `lib/query.js`, `lib/utils.js`). */
interface Connection {
  bind(message: { readonly statement: string; readonly values: readonly unknown[] }): void
  execute(message: object): void
  sync(): void
}
interface Column {
  readonly dataTypeID: number
  readonly format: 'text' | 'binary'
}
interface NamedStatement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}
type Parse = (value: unknown) => unknown
type Done = (error: Error | undefined, rows?: unknown[][]) => void

const { prepareValue } = (pg as unknown as { readonly utils: { readonly prepareValue: Parse } }).utils
const prepareOne = (value: unknown): unknown => prepareValue(value)
const prepareQuery = Reflect.get(pg.Query.prototype, 'prepare') as (connection: Connection) => void

/**
 * Runs a statement under a name, which stands for the same text for as long as the connection lives. The server describes its
 * columns the first time only, where pg has it do so at each execution and looks their types up again.
 *
 * @returns rows as arrays
 */
export function runNamed(client: pg.Client | pg.PoolClient, statement: NamedStatement): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, rows = []) => (error === undefined ? resolve(rows) : reject(error))
    client.query(new NamedQuery(client, statement, done))
  })
}

/** What turns each column's text into a value, by the statement's name. */
const described = new WeakMap<object, Map<string, readonly Parse[]>>()

class NamedQuery extends pg.Query {
  readonly name: string
  /** The client puts its timeout around it. */
  declare callback: Done
  declare values: readonly unknown[]
  readonly #client: pg.Client | pg.PoolClient
  readonly #rows: unknown[][] = []
  #columns: readonly Parse[] | undefined
  #failure: Error | undefined

  constructor(client: pg.Client | pg.PoolClient, { name, text, values }: NamedStatement, done: Done) {
    // Of a text, pg makes no copy as it does of a configuration. A value that cannot be sent throws here, before anything is.
    super(text, values.map(prepareOne), done as never)
    this.name = name
    this.#client = client
    this.#columns = described.get(client)?.get(name)
  }

  /** Called by `submit` of pg's query, which sends what is written in here as one. */
  prepare(connection: Connection): void {
    if (this.#columns === undefined) {
      prepareQuery.call(this, connection)
      return
    }
    connection.bind({ statement: this.name, values: this.values })
    connection.execute({})
    connection.sync()
  }

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.#columns = fields.map(({ dataTypeID, format }) => this.#client.getTypeParser(dataTypeID, format))
    const known = described.get(this.#client)
    if (known) known.set(this.name, this.#columns)
    else described.set(this.#client, new Map([[this.name, this.#columns]]))
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
    this.callback(error)
  }
}
