import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { PACKAGE_ROOT } from '../../src/package-root.ts'

export interface TreeCopy {
  readonly root: string
  remove(): Promise<void>
}

const LEFT_OUT = new Set(['.git', '.data', 'node_modules', 'coverage'])

/** The checkout as it lies there, generated files included, in a folder of its own; packages are linked. */
export async function copyTree(): Promise<TreeCopy> {
  const root = await mkdtemp(join(tmpdir(), 'purpose-gateway-faulty-'))
  const filter = (path: string): boolean => !LEFT_OUT.has(relative(PACKAGE_ROOT, path))
  await cp(PACKAGE_ROOT, root, { recursive: true, filter })
  await symlink(join(PACKAGE_ROOT, 'node_modules'), join(root, 'node_modules'))
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}
