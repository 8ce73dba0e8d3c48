import { chmod, lstat, mkdir } from 'node:fs/promises'

/**
 * Makes, or accepts, a folder in which nobody but us can place anything, though everybody may pass through it. In a
 * shared folder such as /var/tmp somebody may have been there before us: a link, a folder of another user or one that
 * others may write is refused, because what we run from it would be theirs.
 * @throws when the path is taken by anything else
 */
export async function openPrivateFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 }).then(
    // Whatever the umask took away.
    () => chmod(path, 0o755),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  const found = await lstat(path)
  const ours = process.getuid === undefined || found.uid === process.getuid()
  if (!found.isDirectory() || !ours || (process.platform !== 'win32' && (found.mode & 0o022) !== 0))
    throw new Error(`\`${path}\` is not a folder that belongs to us alone; remove it or set \`DATABASE_URL\``)
}
