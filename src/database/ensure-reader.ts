import type pg from 'pg'
import type { Policy } from '../policy/policy.ts'
import { defaultSchemaOf } from './connection-url.ts'
import { ensureRole } from './ensure-role.ts'
import { governsCitext } from './governed-columns.ts'
import { readerRole } from './reader-role.ts'
import type { RoleSpec } from './role-spec.ts'
import { unionRole } from './union-role.ts'

/**
 * Makes the reader's role be what it takes to serve one policy, or several at once: while a policy takes over from another,
 * requests are under way on both.
 *
 * @param owner of the governed database
 * @throws RolesRefused
 */
export async function ensureReader(
  owner: pg.Client,
  options: { readonly ownerUrl: string; readonly secret: string },
  policies: readonly [Policy, ...Policy[]],
): Promise<RoleSpec> {
  const { rows } = await owner.query<{ name: string }>('SELECT current_database()::text AS name')
  const database = rows[0]?.name ?? ''
  const path = await searchPath(owner, options.ownerUrl, policies)
  const [first, ...others] = policies
  const role = unionRole([
    readerRole(database, first, path),
    ...others.map((policy) => readerRole(database, policy, path)),
  ])
  await ensureRole(owner, role, { url: options.ownerUrl, secret: options.secret })
  return role
}

/** The schema of unqualified names, then the one with the extension's type and operators where governed columns use it. */
async function searchPath(
  owner: pg.Client,
  ownerUrl: string,
  policies: readonly Policy[],
): Promise<readonly string[]> {
  const own = defaultSchemaOf(ownerUrl)
  if (!policies.some(governsCitext)) return [own]
  const { rows } = await owner.query<{ name: string }>(
    `SELECT n.nspname::text AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'citext'`,
  )
  return [...new Set([own, ...rows.map(({ name }) => name)])]
}
