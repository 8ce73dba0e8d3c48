// Plain JavaScript that needs no package: it runs on a fresh clone, before there is any.
//
//   node src/setup.mjs                          do what is missing, silently when nothing is
//   node src/setup.mjs src/main.ts [ARGUMENTS]  the same, then run the TypeScript file
//   node src/setup.mjs vitest [ARGUMENTS]       the same, then run the program of an npm package
//
// What follows runs in this very process: a second one below it would not get the signal that npm sends to its child
// alone, and would go on without us. For the same reason the scripts of package.json begin with `exec`.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { endWithParent } from './setup/end-with-parent.mjs'
import { bundleOf, generations } from './setup/generations.mjs'
import { installation } from './setup/installation.mjs'
import { underLock } from './setup/lock.mjs'
import { programOf, SetupFailure } from './setup/run.mjs'

const root = resolve(import.meta.dirname, '..')

/** Stdout is for what runs afterwards. */
const say = (line) => console.error(line)

/** Only the first process of several does a step: each looks again once it holds the lock. */
async function setUp() {
  const steps = [installation(root, process.env), ...generations(root, process.env)]
  if (steps.every((step) => step.done())) return
  await underLock(join(root, 'src', 'generated'), say, async () => {
    for (const step of steps) {
      if (step.done()) continue
      say(`${step.name} …`)
      await step.run()
    }
  })
}

async function runNext(program, args) {
  const file = program.endsWith('.ts') ? resolve(root, program) : programOf(root, program)
  process.argv = [process.execPath, file, ...args]
  const bundle = bundleOf(root, program)
  if (bundle !== undefined && args.includes('--debug')) process.setSourceMapsEnabled(true)
  if (bundle === undefined && program.endsWith('.ts')) {
    const { register } = await import('tsx/esm/api')
    register()
  }
  endWithParent(process.env)
  await import(pathToFileURL(bundle ?? file).href)
}

const [program, ...args] = process.argv.slice(2)
try {
  await setUp()
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  say(`set-up failed: ${error.message}`)
  process.exit(1)
}
if (program !== undefined) await runNext(program, args)
