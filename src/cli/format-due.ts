import type { Due } from '../retention/list-due.ts'

type Line = Due & {
  readonly erased?: number
  readonly waitingFor: readonly {
    readonly table: string
    readonly foreignKey: string
    readonly rows: number
  }[]
}

/** A table for a person: one line for each model, then what rows wait for. */
export function formatDue(models: readonly Line[]): readonly string[] {
  if (models.length === 0) return ['no type of the policy declares a retention']
  const applied = models.some(({ erased }) => erased !== undefined)
  const header = [
    'model',
    'period',
    'action',
    ...(applied ? ['erased'] : []),
    'due',
    'under hold',
    'oldest',
    'law',
  ]
  const cells = models.map(({ model, period, action, erased, due, held, oldest, law }) => [
    model,
    period,
    action,
    ...(applied ? [String(erased ?? 0)] : []),
    String(due),
    String(held),
    oldest ?? '-',
    law,
  ])
  const widths = header.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    line(header),
    ...cells.map(line),
    ...models.flatMap(({ model, waitingFor }) =>
      waitingFor.map(
        ({ table, foreignKey, rows }) =>
          `${model}: ${rows} due and still referred to by ${table} (${foreignKey})`,
      ),
    ),
  ]
}
