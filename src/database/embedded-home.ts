import { createHash, randomBytes } from 'node:crypto'
import {
  access,
  chmod,
  chown,
  constants,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { openPrivateFolder } from './embedded-private-folder.ts'
import { runAs, type ServerUser } from './embedded-server-user.ts'

/** Where the files of one embedded server are. */
export interface Home {
  /** Folder of the server's user: the cluster, its socket, and a cluster in the making. */
  readonly folder: string
  /** True when `folder` is not below DATA_DIR. */
  readonly elsewhere: boolean
}

const MARKER = 'postgres-location.json'
/** A file beside a home elsewhere, named as that with this ending, which holds the path of its DATA_DIR. */
export const ORIGIN = '.origin'

/**
 * @param dataDir absolute; made when it is missing
 * @param ephemeral it is going to be deleted with all that is in it, so it must be empty
 * @returns the same folder by the path that the server reports, without links in it
 */
export async function openDataDir(dataDir: string, ephemeral: boolean): Promise<string> {
  if (/[\r\n]/.test(dataDir)) throw new Error('`DATA_DIR` must not contain a line break')
  // Nobody but us may list it; the server's user may pass through to its own folder.
  const made = await mkdir(dataDir, { recursive: true })
  if (made !== undefined || ephemeral) await chmod(dataDir, 0o711)
  if (ephemeral && (await readdir(dataDir)).length > 0)
    throw new Error(`\`${dataDir}\` is not empty, so it cannot hold a throw-away database`)
  return realpath(dataDir)
}

/**
 * The folder for the server's files. Normally DATA_DIR/postgres. When the server's user cannot enter DATA_DIR (a
 * checkout below /root, say) it is a folder of our own elsewhere, named after the absolute path of DATA_DIR and an id
 * that only DATA_DIR holds: a checkout that was copied or moved does not find, and so cannot share, the cluster of its
 * origin; and one whose DATA_DIR was deleted starts afresh.
 * @returns the home, existing and owned by `user`
 */
export async function openHome(dataDir: string, user: ServerUser): Promise<Home> {
  const marked = await readMarker(dataDir)
  if (marked !== undefined) {
    const folder = join(await privateArea(), homeName(dataDir, marked))
    await makeOwned(folder, user)
    return { folder, elsewhere: true }
  }
  const near = join(dataDir, 'postgres')
  await makeOwned(near, user)
  if (canEnter(near, user)) return { folder: near, elsewhere: false }
  if ((await readdir(near)).length > 0)
    throw new Error(
      `the database server runs as \`${user.name}\`, who may not enter \`${near}\`; let it pass through the folders above (chmod o+x)`,
    )
  if (user.ids === undefined) throw new Error(`\`${near}\` cannot be entered and written by ${user.name}`)

  await rm(near, { recursive: true, force: true })
  const id = randomBytes(4).toString('hex')
  const folder = join(await privateArea(), homeName(dataDir, id))
  await makeOwned(folder, user)
  await writeFile(`${folder}${ORIGIN}`, dataDir, { mode: 0o600 })
  const note = `The server's user may not enter this folder, so the database is in the folder named here. Deleting this file abandons it.`
  await writeFile(join(dataDir, MARKER), `${JSON.stringify({ note, id, folder }, null, 2)}\n`, {
    mode: 0o600,
  })
  return { folder, elsewhere: true }
}

/** /var/lib is for such data and nobody else may write there; /var/tmp is the way out where it is read-only. */
export async function privateArea(): Promise<string> {
  for (const parent of ['/var/lib', '/var/tmp']) {
    const writable = await access(parent, constants.W_OK).then(
      () => true,
      () => false,
    )
    if (!writable) continue
    const path = join(
      parent,
      parent === '/var/lib' ? 'purpose-gateway' : `purpose-gateway-${process.getuid?.() ?? 0}`,
    )
    await openPrivateFolder(path)
    return path
  }
  throw new Error(
    'neither `/var/lib` nor `/var/tmp` can be written, and the database server cannot enter `DATA_DIR`; set `DATABASE_URL`',
  )
}

/** Name of a home in the private area; with an empty id, the beginning of all those of one DATA_DIR. */
export function homeName(dataDir: string, id: string): string {
  return `data-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}-${id}`
}

async function readMarker(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, MARKER), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const id = /"id": *"([0-9a-f]{8})"/.exec(text)?.[1]
  if (id === undefined)
    throw new Error(`\`${join(dataDir, MARKER)}\` is damaged; delete it to start with a new database`)
  return id
}

/** Follows no link, so that nobody can make us give away a folder of somebody else. */
async function makeOwned(folder: string, user: ServerUser): Promise<void> {
  const found = await lstat(folder).catch(() => undefined)
  if (found === undefined) await mkdir(folder, { mode: 0o700 })
  else if (!found.isDirectory()) throw new Error(`\`${folder}\` is not a folder`)
  else if (found.uid === (user.ids?.uid ?? process.getuid?.() ?? found.uid)) return
  else if (found.uid !== 0 || user.ids === undefined)
    throw new Error(`\`${folder}\` belongs to another user, who made the database`)
  if (user.ids) await chown(folder, user.ids.uid, user.ids.gid)
  await chmod(folder, 0o700)
}

function canEnter(folder: string, user: ServerUser): boolean {
  if (process.platform === 'win32') return true
  return runAs(user, '/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder]).ok
}
