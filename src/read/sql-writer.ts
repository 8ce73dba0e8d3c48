import { invariant } from '../invariant.ts'
import type { Value } from '../plan/condition.ts'
import type { TableName } from '../policy/data-model.ts'
import type { AfterCursor, PageSize, Parameter, Tally, ToJson } from './statement.ts'

/** Collects the parameters and names of one statement while its text is put together. */
export class SqlWriter {
  readonly parameters: Parameter[] = []
  readonly cursorScopes: string[] = []
  readonly unusedCursors: AfterCursor[] = []
  /** Whether stored JSON is served as it is. */
  storedJson = false
  readonly toJson: ToJson
  private readonly placeholders = new Map<string, string>()
  private readonly marked: (PageSize | Literal)[] = []
  private aliases = 0

  constructor(toJson: ToJson = 'to_json') {
    this.toJson = toJson
  }

  alias(): string {
    return `t${this.aliases++}`
  }

  /** `$n` for a parameter; equal parameters that hold no value of their own share one. */
  parameter(parameter: Parameter): string {
    const key = sharedKeyOf(parameter)
    const known = key === undefined ? undefined : this.placeholders.get(key)
    if (known) return known
    this.parameters.push(parameter)
    const placeholder = `$${this.parameters.length}`
    if (key !== undefined) this.placeholders.set(key, placeholder)
    return placeholder
  }

  /** A mark for a page size; `settled` puts it into the whole text. */
  pageSize(size: PageSize): string {
    return this.mark(size)
  }

  /** A mark for what a request filters by; `settled` puts it into the text as a literal, and into what is shown as `?`. */
  literal(literal: string): string {
    return this.mark({ literal })
  }

  /**
   * The whole text, and what of it may be shown. A page size is the number where `sizeOf` tells it, and a parameter where it does
   * not. To be called last.
   */
  settled(
    sql: string,
    sizeOf: (size: PageSize) => number | undefined,
  ): { readonly text: string; readonly shown: string } {
    const parts = sql.split(MARK).map((part, i) => {
      if (i % 2 === 0) return { text: part, shown: part }
      const marked = this.marked[Number(part)]
      invariant(marked, 'what stands between two marks is the number of what was marked')
      if ('literal' in marked) return { text: literal(marked.literal), shown: '?' }
      const text = String(sizeOf(marked) ?? `${this.parameter({ kind: 'pageSize', ...marked })}::integer`)
      return { text, shown: text }
    })
    return {
      text: parts.map(({ text }) => text).join(''),
      shown: parts.map(({ shown }) => shown).join(''),
    }
  }

  private mark(marked: PageSize | Literal): string {
    return `${MARK}${this.marked.push(marked) - 1}${MARK}`
  }
}

interface Literal {
  readonly literal: string
}

/** No text of PostgreSQL can hold it. */
const MARK = '\0'

/** A parameter has the type of its first cast, so those that are cast otherwise do not share it. */
function sharedKeyOf(parameter: Parameter): string | undefined {
  switch (parameter.kind) {
    case 'cursorMark':
    case 'day':
    case 'mostGroups':
      return parameter.kind
    case 'pseudonymPad':
    case 'noisePad':
      return `${parameter.kind} ${parameter.pad}`
    case 'now':
      return `now ${parameter.sqlType}`
    case 'ownKey':
      return `own ${parameter.part} ${parameter.sqlType}`
    case 'value':
      return timeKey(parameter.value, parameter.field.sqlType)
    default:
      return undefined
  }
}

/** A placeholder has one type, and a cutoff is that of its rule. */
function timeKey(value: Value, sqlType: string): string | undefined {
  if (value.kind === 'now') return `now ${sqlType}`
  if (value.kind !== 'cutoff') return undefined
  const { months, days, yearStarts, timeZone } = value.retention
  return `cutoff ${JSON.stringify([months, days, yearStarts, timeZone])} ${sqlType}`
}

/** A table under an alias; remembers which of its columns are used, so that no other is selected. */
export class TableAlias {
  readonly name: string
  readonly used = new Set<string>()

  constructor(name: string) {
    this.name = name
  }

  column(column: string): string {
    this.used.add(column)
    return `${this.name}.${quote(column)}`
  }
}

/** A tally under the column name by which the enclosing statement refers to it. */
export interface NamedTally {
  readonly column: string
  readonly tally: Tally
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

export function tableSql(table: TableName): string {
  return table.schema === undefined ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`
}

/** A text literal; only ever used for names and labels that come from the policy, or are GraphQL names. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
