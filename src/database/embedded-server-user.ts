import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'

/** Who runs the server. Without ids: whoever we are. */
export interface ServerUser {
  readonly name: string
  readonly ids: { readonly uid: number; readonly gid: number } | undefined
}

/**
 * PostgreSQL refuses to run as root. So as root: the owner of the existing cluster, or `postgres`, which is created where
 * that is possible, or else `nobody`. As anybody else: oneself.
 * @param existing folder of a cluster that may already exist
 */
export async function chooseServerUser(existing: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { name: 'the user who runs the gateway', ids: undefined }
  const owner = await stat(existing).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0)
    return { name: `uid ${owner.uid}`, ids: { uid: owner.uid, gid: owner.gid } }
  const known = lookUp('postgres')
  if (known) return known
  spawnSync('groupadd', ['--system', 'postgres'], { stdio: 'ignore' })
  spawnSync('useradd', ['--system', '--gid', 'postgres', '--shell', '/usr/sbin/nologin', 'postgres'], {
    stdio: 'ignore',
  })
  const user = lookUp('postgres') ?? lookUp('nobody')
  if (user) return user
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody`; set `DATABASE_URL`',
  )
}

function lookUp(name: string): ServerUser | undefined {
  const id = (flag: string) =>
    Number.parseInt(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout ?? '', 10)
  const [uid, gid] = [id('-u'), id('-g')]
  return Number.isInteger(uid) && Number.isInteger(gid) ? { name, ids: { uid, gid } } : undefined
}

/**
 * Environment for PostgreSQL's programs: none of ours, which may hold secrets and `PG*` variables that change what they
 * do. (Windows adds what its programs need.)
 */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

/** Runs a short program as the server's user and waits for it. `output` is what it wrote, for our own errors. */
export function runAs(
  user: ServerUser,
  program: string,
  args: readonly string[],
  cwd = '/',
): { readonly ok: boolean; readonly output: string } {
  const result = spawnSync(program, args, {
    ...user.ids,
    cwd,
    env: SERVER_ENVIRONMENT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the whole foreground group; a half-made cluster is redone at the next start.
    timeout: 120_000,
  })
  return {
    ok: result.status === 0,
    output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`,
  }
}
