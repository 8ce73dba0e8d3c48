import type pg from 'pg'
import { tableSql } from '../read/sql-writer.ts'
import type { DueModel } from './due-model.ts'

/** A foreign key of the database that refers to a table with due rows. */
export interface ForeignKey {
  readonly name: string
  /** The table that refers, quoted and qualified. */
  readonly child: string
  /** For people: without quotes. */
  readonly childName: string
  /** The table referred to is the one that refers. */
  readonly itself: boolean
  readonly join: readonly { readonly child: string; readonly parent: string }[]
}

/**
 * What refers to the table of a model, from any table of the database, governed or not. What the key would do to the rows that
 * refer (cascade, set null) does not matter: nothing is ever deleted or changed that was not itself due.
 */
export async function foreignKeysTo(client: pg.Client, { model }: DueModel): Promise<readonly ForeignKey[]> {
  const { rows } = await client.query<{
    name: string
    child: string
    childName: string
    itself: boolean
    child_columns: string[]
    parent_columns: string[]
  }>(
    `SELECT k.conname::text AS name, format('%I.%I', n.nspname, c.relname) AS child, c.relname::text AS "childName",
            k.conrelid = k.confrelid AS itself,
            (SELECT array_agg(a.attname::text ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
               JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS child_columns,
            (SELECT array_agg(a.attname::text ORDER BY u.place) FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
               JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) AS parent_columns
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = $1::regclass
      ORDER BY 2, 1`,
    [tableSql(model.table)],
  )
  return rows.map(({ name, child, childName, itself, child_columns, parent_columns }) => ({
    name,
    child,
    childName,
    itself,
    join: child_columns.map((column, i) => ({ child: column, parent: parent_columns[i] ?? '' })),
  }))
}
