import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of purpose-gateway itself, absolute, where `package.json` and `directives/` are. */
export const PACKAGE_ROOT = rootAbove(import.meta.dirname)

/** This module may be a part of the bundle, which lies deeper. */
function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootAbove(dirname(folder))
}
