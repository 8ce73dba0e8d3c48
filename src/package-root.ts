import { fileURLToPath } from 'node:url'

/** The folder of purpose-gateway itself, absolute, where `package.json` and `directives/` are. */
export const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url))
