import type { Fault } from './fault.ts'

const GOLDEN = ['test/operation-cases.test.ts']
const AUTHORIZATION = ['test/attacks/authorization.test.ts']

/** In what is declared, what the shield lets pass, what an answer holds and what goes on record. */
export const ENFORCE_FAULTS: readonly Fault[] = [
  {
    name: 'a header and an operation may declare different purposes',
    file: 'src/identity/combine-purpose.ts',
    find: 'if (operation !== undefined && operation !== purpose)',
    replace: 'if (operation !== undefined && purpose === undefined)',
    tests: ['test/http/bad-input.test.ts', ...AUTHORIZATION],
  },
  {
    name: 'what stands in an inline fragment is introspection',
    file: 'src/plan/reads-data.ts',
    find: 'return reads(node.selectionSet)\n',
    replace: 'return false\n',
    tests: ['test/oracle.test.ts'],
  },
  {
    name: 'no gate stands before the root fields',
    file: 'src/enforce/shield.ts',
    find: '[name, { ...field, resolve }]',
    replace: '[name, field]',
    tests: ['test/attacks/shield.test.ts'],
  },
  {
    name: 'directives within a type are overlooked',
    file: 'src/policy/definitions.ts',
    find: 'if (parts) directivesIn(parts, found)',
    replace: 'if (parts) directivesIn(parts)',
    tests: ['test/policy/cases.test.ts'],
  },
  {
    name: 'the rules about SDL do not see directives',
    file: 'src/policy/check-sdl.ts',
    find: "keys.filter((key) => key !== 'name' && key !== 'description')",
    replace: "keys.filter((key) => key !== 'name' && key !== 'description' && key !== 'directives')",
    tests: ['test/policy/cases.test.ts'],
  },
  {
    name: 'the shield takes one of its rules for all of them',
    file: 'src/enforce/shield.ts',
    find: 'declaresPurpose(request) && holdsPurpose(request) && isPlannedUnblocked(request, info)',
    replace: 'declaresPurpose(request)',
    tests: ['test/attacks/shield.test.ts'],
  },
  {
    name: 'the shield does not look at which field was planned',
    file: 'src/enforce/shield.ts',
    find: 'root.key === path.key &&\n        root.field === fieldName,',
    replace: 'root.key === path.key,',
    tests: ['test/attacks/shield.test.ts'],
  },
  {
    name: 'a part of an answer is served when another part failed',
    file: 'src/enforce/answerer.ts',
    find: 'if (failures.length > 0)',
    replace: 'if (failures.length === settled.length)',
    tests: ['test/http/broken-parts.test.ts', 'test/attacks/oracles.test.ts', 'test/oracle.test.ts'],
  },
  {
    name: 'a pruned answer goes on record as granted whole',
    file: 'src/enforce/answerer.ts',
    find: "plan.blocked.length > 0 ? 'pruned' : 'granted'",
    replace: "plan.blocked.length > 0 ? 'granted' : 'granted'",
    tests: GOLDEN,
  },
  {
    name: 'the subjects of a pruned answer are not on record',
    file: 'src/enforce/access-of.ts',
    find: "outcome === 'granted' || outcome === 'pruned'",
    replace: "outcome === 'granted'",
    tests: GOLDEN,
  },
  {
    name: 'an answer leaves although its record could not be written',
    file: 'src/enforce/record-answer.ts',
    find: "return firstCode(errors) === 'AUDIT_UNAVAILABLE'",
    replace: 'return released',
    tests: ['test/attacks/audit.test.ts'],
  },
  {
    name: 'an operation that a document does not have is taken to be its first',
    file: 'src/gateway.ts',
    find: 'getOperationAST(document, operationName) ?? undefined',
    replace:
      '(getOperationAST(document, operationName) ?? document.definitions[0]) as OperationDefinitionNode',
    tests: ['test/http/known-documents.test.ts'],
  },
  {
    name: 'documents are not held to our limits',
    file: 'src/enforce/validated-documents.ts',
    find: 'validationRules: [limitRule(limits)],',
    replace: 'validationRules: [],',
    tests: ['test/attacks/limits.test.ts'],
  },
  {
    name: 'a limit is one more than it says',
    file: 'src/enforce/limits.ts',
    find: 'if (value > most)',
    replace: 'if (value > most + 1)',
    tests: ['test/attacks/limits.test.ts'],
  },
  {
    name: 'what only asks about the schema goes on record as an access',
    file: 'src/enforce/answerer.ts',
    find: 'request.reads = false',
    replace: 'request.reads = true',
    tests: AUTHORIZATION,
  },
  {
    name: 'telemetry tells which label of an enum was asked for',
    file: 'src/read-roots.ts',
    find: "'db.query.text': statement.shown",
    replace: "'db.query.text': statement.text",
    tests: ['test/telemetry/requests.test.ts'],
  },
  {
    name: 'the memory of a long answer is used again before it was sent',
    file: 'src/graphql-route.ts',
    find: 'giveBackWhenSent(reply, body)\n',
    replace: 'giveBytes(body)\n',
    tests: ['test/http/long-answers.test.ts'],
  },
  {
    name: 'memory that is given back twice has two holders',
    file: 'src/reused-bytes.ts',
    find: 'if (!lent.delete(memory)) return',
    replace: 'lent.delete(memory)',
    tests: ['test/reused-bytes.test.ts'],
  },
]
