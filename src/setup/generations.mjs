import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { BUNDLER, buildBundle } from './bundle.mjs'
import { withoutDevelopment } from './installation.mjs'
import { programOf, run } from './run.mjs'

/** The steps that write what is generated. Each is done when its stamp holds the hash of all that it reads. */
export function generations(root, env) {
  const schemas = ['prisma/schema.prisma', 'prisma/gateway/schema.prisma']
  const sources = [...schemas.map((schema) => prismaClient(root, schema, env)), graphqlTypes(root, env)]
  // Last, because it is made from what the others generate.
  return [...sources, bundle(root)].filter((step) => step !== undefined)
}

function prismaClient(root, schema, env) {
  const path = join(root, schema)
  if (!existsSync(path)) return undefined
  const output = /^\s*output\s*=\s*"([^"]+)"/m.exec(readFileSync(path, 'utf8'))?.[1]
  if (output === undefined) return undefined
  // In the folder that is generated, so that whoever deletes the one deletes the other.
  const stamp = join(resolve(dirname(path), output), '.stamp')
  return stamped(
    root,
    `generating the Prisma client of ${schema}`,
    stamp,
    () => [path],
    async () => {
      const quiet = {
        ...env,
        // `generate` needs no schema engine, but would download one; it is satisfied with any program that exists.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      }
      const args = [programOf(root, 'prisma'), 'generate', '--schema', path, '--no-hints']
      await run('`prisma generate`', process.execPath, args, { cwd: root, env: quiet })
    },
  )
}

function graphqlTypes(root, env) {
  const config = join(root, 'codegen.ts')
  // The types vanish when the code runs, so what generates them is a development package.
  if (!existsSync(config) || withoutDevelopment(env)) return undefined
  const stamp = join(root, 'src', 'generated', '.graphql-stamp')
  const inputs = () => [
    ...filesIn(join(root, 'directives')),
    ...filesIn(join(root, 'schema')),
    join(root, 'prisma', 'schema.prisma'),
    ...moduleAndImports(config),
  ]
  const outputs = () => [...readFileSync(config, 'utf8').matchAll(/'(src\/generated\/[^']+)'/g)]
  const whole = () => outputs().every(([, path]) => existsSync(join(root, path)))
  const step = stamped(root, 'generating GraphQL types', stamp, inputs, async () => {
    const args = [programOf(root, '@graphql-codegen/cli', 'graphql-codegen'), '--config', config]
    await run('`graphql-codegen`', process.execPath, ['--import', 'tsx', ...args], { cwd: root, env })
  })
  return { ...step, done: () => step.done() && whole() }
}

/** What runs in place of a TypeScript program, where there is such a thing. */
export function bundleOf(root, program) {
  return program === BUNDLED ? join(root, BUNDLES, 'main.mjs') : undefined
}

const BUNDLED = 'src/cli/main.ts'
/** What the program starts as threads of its own. */
const THREADS = ['src/audit/tree/block-roots-thread.ts', 'src/database/prisma-parser-thread.ts']
const BUNDLES = join('src', 'generated', 'program')

/** `tsx` asks another thread for each of our four hundred modules, for which a start takes a second more. */
function bundle(root) {
  const outdir = join(root, BUNDLES)
  const inputs = () => [
    BUNDLER,
    ...['src', 'prisma']
      .flatMap((folder) => filesIn(join(root, folder)))
      .filter((path) => /\.(ts|cjs)$/.test(path)),
  ]
  return stamped(root, 'bundling the program', join(outdir, '.stamp'), inputs, async () => {
    const written = await buildBundle(root, [BUNDLED, ...THREADS], outdir)
    for (const path of filesIn(outdir)) if (!written.includes(path)) rmSync(path, { force: true })
  })
}

function stamped(root, name, stamp, inputs, work) {
  const current = () => hashOf(root, [join(root, 'package-lock.json'), ...inputs()])
  return {
    name,
    done: () => existsSync(stamp) && readFileSync(stamp, 'utf8') === current(),
    run: async () => {
      // Taken before: an input that is edited meanwhile makes the step due again.
      const hash = current()
      // An interruption from here on leaves the step due, whatever the inputs are by then.
      rmSync(stamp, { force: true })
      await work()
      mkdirSync(dirname(stamp), { recursive: true })
      writeFileSync(stamp, hash)
    },
  }
}

function hashOf(root, files) {
  const hash = createHash('sha256')
  for (const file of files.toSorted()) {
    const content = readFileSync(file)
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** codegen.ts builds the served schema with the gateway's own code, so its output depends on that as well. */
function moduleAndImports(entry, found = new Set()) {
  if (found.has(entry) || !existsSync(entry)) return [...found]
  found.add(entry)
  for (const [, path] of readFileSync(entry, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g))
    moduleAndImports(resolve(dirname(entry), path), found)
  return [...found]
}
