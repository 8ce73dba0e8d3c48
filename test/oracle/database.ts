import { join } from 'node:path'
import pg from 'pg'
import { applyMigrations } from '../../src/database/migrations.ts'
import { openPrisma } from '../../src/database/prisma.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { shareOfNulls } from './choice-cells.ts'
import { type Random, randomOf } from './random.ts'
import { type StoredModel, storedModels } from './stored.ts'
import { cellOf } from './tokens.ts'

export type Row = Readonly<Record<string, unknown>>

/** Where a recognisable text stands, and in which form it is served there. */
export interface Sign {
  readonly coordinate: string
  readonly form: string
}

/** A database in which each cell can be recognised, with all its rows as plain Prisma reads them. */
export interface OracleDatabase {
  readonly url: string
  readonly models: ReadonlyMap<string, StoredModel>
  readonly rows: ReadonlyMap<string, readonly Row[]>
  readonly signs: ReadonlyMap<string, readonly Sign[]>
  readonly prisma: ReturnType<typeof openPrisma>
  close(): Promise<void>
}

const ROWS = 36
const NULLS = 0.25

/** Fills an empty database; the same rows for every seed of the operations. */
export async function openOracleDatabase(url: string): Promise<OracleDatabase> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await applyMigrations(client, join(PACKAGE_ROOT, 'prisma', 'migrations'), { schema: 'public' })
  await client.end()

  const models = storedModels(join(PACKAGE_ROOT, 'prisma', 'schema.prisma'))
  const signs = new Map<string, Sign[]>()
  const made = makeRows(models, signs)
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  const prisma = openPrisma(pool)
  for (const [model, rows] of made) await delegateOf(prisma, model).createMany({ data: rows })
  const read = [...models.keys()].map(
    async (model) => [model, await delegateOf(prisma, model).findMany()] as const,
  )
  const rows = new Map(await Promise.all(read))
  const close = async (): Promise<void> => {
    await prisma.$disconnect()
    await pool.end()
  }
  return { url, models, rows, signs, prisma, close }
}

export interface Delegate {
  createMany(args: { data: readonly Row[] }): Promise<unknown>
  findMany(args?: unknown): Promise<readonly Row[]>
}

export function delegateOf(prisma: OracleDatabase['prisma'], model: string): Delegate {
  const name = model.charAt(0).toLowerCase() + model.slice(1)
  return (prisma as unknown as Readonly<Record<string, Delegate>>)[name] as Delegate
}

function makeRows(
  models: ReadonlyMap<string, StoredModel>,
  signs: Map<string, Sign[]>,
): ReadonlyMap<string, readonly Row[]> {
  const random = randomOf(1)
  const made = new Map<string, Record<string, unknown>[]>()
  const columns = [...models.values()].flatMap((m) =>
    [...m.fields.values()].map((f) => `${m.name}.${f.name}`),
  )
  for (const model of inOrder(models)) {
    const rows: Record<string, unknown>[] = []
    made.set(model.name, rows)
    const joins = [...model.fields.values()].filter((field) => field.owns)
    const foreign = new Set(joins.flatMap((field) => field.join.map(([here]) => here)))
    for (let i = 0; i < ROWS; i++) {
      const row: Record<string, unknown> = {}
      for (const field of model.fields.values()) {
        if (field.kind === 'relation' || foreign.has(field.name)) continue
        const coordinate = `${model.name}.${field.name}`
        const cell = cellOf(random, model, field, columns.indexOf(coordinate), i)
        const empty = field.nullable && !field.list && random.chance(shareOfNulls(coordinate, NULLS))
        row[field.name] = empty ? null : cell.value
        if (!empty)
          for (const [text, form] of cell.signs)
            signs.set(text, [...(signs.get(text) ?? []), { coordinate, form }])
      }
      for (const field of joins) link(random, row, field, made.get(field.type) ?? [])
      rows.push(row)
    }
  }
  return made
}

/** A few rows have many others hanging on them, and most have none. */
function link(
  random: Random,
  row: Record<string, unknown>,
  field: { readonly join: StoredFieldJoin; readonly nullable: boolean },
  targets: readonly Row[],
): void {
  const skewed = Math.floor((random.below(1_000) / 1_000) ** 2 * targets.length)
  const target = field.nullable && random.chance(NULLS) ? undefined : targets[skewed]
  for (const [here, there] of field.join) row[here] = target?.[there] ?? null
}
type StoredFieldJoin = readonly (readonly [here: string, there: string])[]

/** What is referred to comes first. */
function inOrder(models: ReadonlyMap<string, StoredModel>): readonly StoredModel[] {
  const ordered = new Set<StoredModel>()
  const visit = (model: StoredModel): void => {
    for (const field of model.fields.values()) {
      const target = field.owns && field.type !== model.name ? models.get(field.type) : undefined
      if (target && !ordered.has(target)) visit(target)
    }
    ordered.add(model)
  }
  for (const model of models.values()) visit(model)
  return [...ordered]
}
