import pg from 'pg'
import { grouped } from '../grouped.ts'
import type { RoleSpec } from './role-spec.ts'
import type { Held, RoleState } from './role-state.ts'

const identifier = pg.escapeIdentifier
const literal = pg.escapeLiteral

/**
 * The statements that lead from what a role is and holds to what it shall be and hold; none where nothing differs, so
 * that an owner without the right to make roles can start on a database that an administrator has prepared.
 * What everybody (`PUBLIC`) may do is not ours to change and is left alone.
 *
 * @param verifier the password to set, hashed; undefined where the present one works
 */
export function roleStatements(
  spec: RoleSpec,
  state: RoleState,
  verifier: string | undefined,
): readonly string[] {
  return [
    ...loginStatements(spec, state, verifier),
    ...settingStatements(spec, state),
    ...privilegeStatements(spec, state),
  ]
}

function loginStatements(spec: RoleSpec, state: RoleState, verifier: string | undefined): string[] {
  const role = identifier(spec.name)
  const password = verifier === undefined ? '' : ` PASSWORD ${literal(verifier)}`
  if (!state.exists) return [`CREATE ROLE ${role} LOGIN NOINHERIT${password}`]
  return [
    ...(verifier !== undefined || !state.canLogin ? [`ALTER ROLE ${role} LOGIN${password}`] : []),
    ...state.attributes.map((attribute) => `ALTER ROLE ${role} NO${attribute}`),
    ...state.memberOf.map((group) => `REVOKE ${identifier(group)} FROM ${role}`),
  ]
}

function settingStatements(spec: RoleSpec, state: RoleState): string[] {
  const alter = `ALTER ROLE ${identifier(spec.name)} IN DATABASE ${identifier(state.database)}`
  const path = spec.searchPath.map(identifier).join(', ')
  const wanted = [...Object.entries(spec.settings), ['search_path', path] as const]
  const names = new Set(wanted.map(([name]) => name))
  return [
    ...wanted
      .filter(([name, value]) => unquoted(state.settings.get(name)) !== unquoted(value))
      .map(([name, value]) => `${alter} SET ${name} TO ${name === 'search_path' ? value : literal(value)}`),
    ...[...state.settings.keys()].filter((name) => !names.has(name)).map((name) => `${alter} RESET ${name}`),
  ]
}

/** The server keeps the quotes of a search path only where a name needs them. */
function unquoted(value: string | undefined): string | undefined {
  return value?.replaceAll('"', '')
}

function privilegeStatements(spec: RoleSpec, state: RoleState): string[] {
  const role = identifier(spec.name)
  const wanted = wantedPrivileges(spec)
  const surplus = differenceOf(
    state.held.filter((one) => !one.public),
    wanted,
  )
  // To revoke a privilege on a table takes it away from each of its columns as well, so those count as not held.
  const emptied = new Set(surplus.filter(({ on }) => on === 'table').map(tableKeyOf))
  const kept = state.held.filter((one) => one.on !== 'columns' || !emptied.has(tableKeyOf(one)))
  const missing = differenceOf(wanted, kept)
  return [
    ...byTarget(surplus, state.database).map(([target, list]) => `REVOKE ${list} ON ${target} FROM ${role}`),
    ...byTarget(missing, state.database).map(([target, list]) => `GRANT ${list} ON ${target} TO ${role}`),
  ]
}

function wantedPrivileges(spec: RoleSpec): readonly Held[] {
  const own = { schema: null, table: null, columns: null, public: false }
  const wanted: Held[] = [{ ...own, on: 'database', privilege: 'CONNECT' }]
  const tables = spec.grants.map((grant) => ({
    ...grant,
    schema: grant.table.schema ?? spec.searchPath[0] ?? 'public',
  }))
  for (const schema of new Set([...spec.schemas, ...tables.map(({ schema }) => schema)]))
    wanted.push({ ...own, on: 'schema', schema, privilege: 'USAGE' })
  for (const { table, schema, privileges, columns = null } of tables)
    for (const privilege of privileges)
      wanted.push({
        ...own,
        on: columns === null ? 'table' : 'columns',
        schema,
        table: table.name,
        columns,
        privilege,
      })
  return wanted
}

/** What is among the first privileges and not among the others, column by column. */
function differenceOf(some: readonly Held[], others: readonly Held[]): readonly Held[] {
  const columnsOf = new Map<string, ReadonlySet<string>>()
  for (const [key, same] of grouped(others, keyOf))
    columnsOf.set(key, new Set(same.flatMap(({ columns }) => columns ?? [])))
  return some.flatMap((one) => {
    const known = columnsOf.get(keyOf(one))
    if (known === undefined) return [one]
    const columns = (one.columns ?? []).filter((column) => !known.has(column))
    return columns.length > 0 ? [{ ...one, columns }] : []
  })
}

/** No name of PostgreSQL is empty or holds the character NUL. */
function keyOf(held: Held): string {
  return `${held.on}\0${tableKeyOf(held)}`
}

function tableKeyOf({ schema, table, privilege }: Held): string {
  return `${schema ?? ''}\0${table ?? ''}\0${privilege}`
}

/** Privileges per object, in the form of a GRANT: `SELECT ("a", "b"), INSERT`. */
function byTarget(all: readonly Held[], database: string): (readonly [target: string, list: string])[] {
  const targets = grouped(all, (held) => targetOf(held, database))
  return [...targets].map(([target, items]) => {
    const kinds = grouped(items, ({ on, privilege }) => `${on} ${privilege}`)
    return [target, [...kinds.values()].map(privilegeOf).join(', ')] as const
  })
}

function privilegeOf(same: readonly Held[]): string {
  const columns = new Set(same.flatMap((one) => one.columns ?? []))
  const list = [...columns].map(identifier).join(', ')
  return `${same[0]?.privilege}${columns.size === 0 ? '' : ` (${list})`}`
}

function targetOf({ on, schema, table }: Held, database: string): string {
  if (on === 'database') return `DATABASE ${identifier(database)}`
  if (on === 'schema') return `SCHEMA ${identifier(schema ?? '')}`
  return `TABLE ${identifier(schema ?? '')}.${identifier(table ?? '')}`
}
