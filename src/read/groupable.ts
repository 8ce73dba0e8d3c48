interface StoredValue {
  readonly type?: string
  readonly sqlType: string
  readonly list?: boolean
}

/** A value of a row as what is stored and what is made of it: rows that agree in the former agree in the latter. */
export interface MadeFrom {
  readonly stored: readonly string[]
  /** @param columns where what is stored then stands */
  made(columns: readonly string[]): string
}

/** Types of which two values that PostgreSQL takes for equal are written alike. Not so `1.0` and `1.00`. */
const WRITTEN_ALIKE: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'bigint',
  'boolean',
  'uuid',
  'date',
])
const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar'])

/**
 * What to group by in place of the text that is made from a column, such that rows of which it is equal have the same text;
 * undefined where the type promises no such thing. A text by its bytes: some collations take different texts for equal.
 */
export function groupable({ type, sqlType, list }: StoredValue, column: string): string | undefined {
  if (list) return undefined
  if (TEXTS.has(sqlType)) return `${column}::text COLLATE "C"`
  return type === 'Enum' || WRITTEN_ALIKE.has(sqlType) ? column : undefined
}
