import { resolve } from 'node:path'
import { SetupFailure } from './run.mjs'

/**
 * The first exports what a bundle does not find, and loads a hundred modules that only tracing needs; the second looks for a file
 * beside its own; the third may be missing.
 */
const UNBUNDLED = ['@opentelemetry/sdk-node', '@prisma/prisma-schema-wasm', 'pg-native']
/** By which bundled CommonJS modules load what is Node's own. */
const REQUIRE = `import { createRequire as requireOf } from 'node:module'
const require = requireOf(import.meta.url)`

/** graphql-js has each of its modules twice; those of CommonJS would be a second copy beside the others. */
const ONE_GRAPHQL = {
  name: 'one-graphql',
  setup: (build) =>
    build.onResolve({ filter: /^graphql\/.*\.js$/ }, ({ path, ...args }) =>
      build.resolve(path.replace(/\.js$/, '.mjs'), args),
    ),
}

/** This file: what is bundled depends on it. */
export const BUNDLER = import.meta.filename

/**
 * Bundles programs with their packages: Node would look for each of the packages' modules in five places, and there are sixteen hundred.
 *
 * @param entryPoints relative to `root`
 * @returns paths of the files that were written
 */
export async function buildBundle(root, entryPoints, outdir) {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    entryNames: '[name]',
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    external: UNBUNDLED,
    // ES modules where there are both: what CommonJS exports, the bundle would read through a getter each time.
    mainFields: ['module', 'main'],
    plugins: [ONE_GRAPHQL],
    banner: { js: REQUIRE },
    // So that what is imported late is loaded late.
    splitting: true,
    format: 'esm',
    // As from Node 21 on. Without it `pg` looks for a `Response`, for which Node 20 loads all of `fetch`: 40 ms and 7 MB.
    define: { navigator: '{"userAgent":"Node.js"}' },
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
  }).catch((error) => {
    throw new SetupFailure(error.message)
  })
  return Object.keys(metafile.outputs).map((path) => resolve(root, path))
}
