import { copyLine } from './copy-text.ts'
import type { DemoRows } from './rows.ts'
import { TABLES } from './tables.ts'

/** What one COPY of a table takes in. */
export interface CopyLines {
  readonly table: string
  readonly columns: readonly string[]
  readonly lines: readonly string[]
}

/** The rows of some customers as COPY lines, table by table in an order that satisfies the foreign keys. */
export function copyLines(blocks: readonly DemoRows[]): readonly CopyLines[] {
  return (Object.keys(TABLES) as (keyof DemoRows)[]).map((entity) => linesOf(entity, blocks))
}

function linesOf<Entity extends keyof DemoRows>(entity: Entity, blocks: readonly DemoRows[]): CopyLines {
  const { name, columns } = TABLES[entity]
  const cells = Object.values(columns)
  const rows = blocks.flatMap((block): DemoRows[Entity][number][] => [...block[entity]])
  const lines = rows.map((row) => copyLine(cells.map((cell) => cell(row))))
  return { table: name, columns: Object.keys(columns), lines }
}
