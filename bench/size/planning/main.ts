import { createHash } from 'node:crypto'
import { json } from 'node:stream/consumers'
import {
  type DocumentNode,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { loadPolicy } from '../../../src/cli/load-policy.ts'
import { limitRule } from '../../../src/enforce/limits.ts'
import type { Principal } from '../../../src/identity/principal.ts'
import { parseConfig } from '../../../src/parse-config.ts'
import { admit } from '../../../src/plan/admit.ts'
import { admitRows } from '../../../src/plan/admit-rows.ts'
import { checkPageSizes } from '../../../src/plan/page-sizes.ts'
import { servedSchemaOf } from '../../../src/policy/served/served-schema.ts'
import { bindStatement } from '../../../src/read/bind-statement.ts'
import { readKeysOf } from '../../../src/read/keys.ts'
import { createPreparedOperations, declaredPurpose } from '../../../src/read/prepared-operations.ts'
import { percentile } from '../../statistics.ts'
import { documentOf } from '../documents.ts'
import type { PlanningCost, PlanningTask, Share } from './task.ts'

/** What `createGateway` does with an operation, step by step and without a request around it. */
const { types, env, documents } = (await json(process.stdin)) as PlanningTask
const parsedConfig = parseConfig({}, process.cwd())
const { policy } = await loadPolicy({ env, cwd: process.cwd() })
if (!parsedConfig.ok || !policy) throw new Error('the generated policy does not compile')
const { limits } = parsedConfig.config
const governed = policy
const schema = servedSchemaOf(policy)
const unlisted = schema.unlisted()
const operations = createPreparedOperations(schema, policy, { ...limits, toJson: 'JSON_SCALAR' })
const rules = [...specifiedRules, limitRule(limits)]
const keys = readKeysOf('bench')
const principal: Principal = {
  subject: 'bench',
  app: 'bench',
  roles: ['BILLING_CLERK'],
  purposes: ['BILLING'],
  dataSubject: undefined,
  claims: new Map(),
}

interface Laps {
  readonly parseAndValidate: number
  readonly planAndCompile: number
  readonly fromCache: number
}

for (let serial = documents; serial < 2 * documents; serial++) measure(documentOf(serial, types))
const laps = Array.from({ length: documents }, (_, serial) => measure(documentOf(serial, types)))
const result: PlanningCost = {
  types,
  parseAndValidate: shareOf(laps.map((lap) => lap.parseAndValidate)),
  planAndCompile: shareOf(laps.map((lap) => lap.planAndCompile)),
  sum: shareOf(laps.map((lap) => lap.parseAndValidate + lap.planAndCompile)),
  fromCache: shareOf(laps.map((lap) => lap.fromCache)),
}
process.stdout.write(JSON.stringify(result))

function measure(text: string): Laps {
  const began = performance.now()
  const document = parse(text, { maxTokens: limits.tokens })
  const errors = validate(unlisted, document, rules)
  const validated = performance.now()
  if (errors.length > 0) throw new Error(errors[0]?.message)
  const documentHash = createHash('sha256').update(text).digest('hex')
  const hashed = performance.now()
  const first = boundStatements(document, documentHash)
  const bound = performance.now()
  const second = boundStatements(document, documentHash)
  if (first.hit || !second.hit) throw new Error('the first time plans, and the second has it from the cache')
  return {
    parseAndValidate: validated - began,
    planAndCompile: bound - hashed,
    fromCache: second.preparedMs,
  }
}

/** @returns whether the plan was in the cache, and how long having it took */
function boundStatements(document: DocumentNode, documentHash: string) {
  const operation = document.definitions.find(isOperation)
  if (!operation) throw new Error('no operation')
  const { coerced: variables } = getVariableValues(schema, operation.variableDefinitions ?? [], {})
  if (!variables) throw new Error('the variables do not fit')
  const purposeName = declaredPurpose(schema, operation, variables) ?? 'BILLING'
  const now = Date.now()
  const admission = admit(
    governed,
    { principal, purposeName, justification: undefined },
    { now, isJustification: () => false },
  )
  if (admission.kind !== 'admitted') throw new Error('the purpose is not admitted')
  const rows = admitRows(governed, principal, admission.purpose, now)
  if (rows.kind !== 'admitted') throw new Error('the rows are not admitted')
  const purpose = admission.purpose.name
  const asked = { document, documentHash, operation, variables, purpose, onDenied: 'reject' } as const
  const admitted = performance.now()
  const { prepared, hit } = operations.prepare(asked)
  const preparedMs = performance.now() - admitted
  if (prepared.kind !== 'ready') throw new Error(`the document is ${prepared.kind}`)
  if (checkPageSizes(prepared.plan.roots, limits)) throw new Error('the pages are too large')
  for (const statement of prepared.statements.values()) {
    const bound = bindStatement(statement, {
      variables,
      facts: rows.facts,
      purpose,
      pseudonymPeriod: '',
      limits,
      keys,
      enums: governed.enums,
      cursorMark: '',
      day: '2026-01-01',
    })
    if (bound.kind !== 'bound') throw new Error('the statement cannot be bound')
  }
  return { hit, preparedMs }
}

function isOperation(node: { readonly kind: string }): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION
}

function shareOf(ms: readonly number[]): Share {
  return { p50Ms: percentile(ms, 50), p99Ms: percentile(ms, 99) }
}
