import { createHash, randomBytes } from 'node:crypto'
import { getOperationAST, getVariableValues, parse } from 'graphql'
import { TODAY_MS } from '../../prisma/seed/calendar.ts'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { parseConfig } from '../../src/parse-config.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'
import { bindStatement } from '../../src/read/bind-statement.ts'
import { readKeysOf } from '../../src/read/keys.ts'
import { declaredPurpose, prepareOperation } from '../../src/read/prepared-operations.ts'
import { NONCE_BYTES, sealCursors } from '../../src/read/seal-cursor.ts'
import type { Statement, ToJson } from '../../src/read/statement.ts'

/** `request.json` of a golden case. */
export interface Request {
  readonly purpose?: string
  readonly onDenied?: 'reject' | 'prune'
  readonly variables?: Readonly<Record<string, unknown>>
  readonly dataSubject?: string
  readonly claims?: Readonly<Record<string, string>>
}

type Bound = Pick<Statement, 'text' | 'shown' | 'planOnce'> & { readonly values: readonly unknown[] }

export type StatementsOf = (query: string, request: Request) => readonly Bound[]

const KEYS = readKeysOf('the secret of the plans, 32 characters +')

/** A cursor that these statements take: of a place in a list, by the columns that the list is ordered by. */
export function cursorAt(place: readonly string[], purpose: string, scope: string): string {
  const places = [{ place: JSON.stringify(place), scope: `${purpose}:${scope}` }]
  return sealCursors(places, KEYS.cursor, randomBytes(NONCE_BYTES))[0] ?? ''
}

/** Plans and binds as the gateway does, by the demo policy, for whoever may do everything; none of what is refused. */
export async function boundStatements(toJson: ToJson = 'JSON_SCALAR'): Promise<StatementsOf> {
  const { policy } = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
  const parsed = parseConfig({}, PACKAGE_ROOT)
  if (!policy || !parsed.ok) throw new Error('the demo policy compiles, and the defaults are a configuration')
  const schema = servedSchemaOf(policy)
  return (query, { purpose, onDenied = 'reject', variables = {}, dataSubject, claims = {} }) => {
    const document = parse(query)
    const operation = getOperationAST(document)
    if (!operation) throw new Error('one operation')
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
    if (!coerced) throw new Error('variables that fit')
    const declared = purpose ?? declaredPurpose(schema, operation, coerced) ?? ''
    const documentHash = createHash('sha256').update(query).digest('hex')
    const asked = { document, documentHash, operation, variables: coerced, purpose: declared, onDenied }
    const prepared = prepareOperation(schema, policy, { ...parsed.config.limits, toJson }, asked)
    if (prepared.kind !== 'ready') return []
    const facts = {
      nowMs: TODAY_MS,
      claims: new Map(Object.entries(claims)),
      dataSubject: dataSubject === undefined ? undefined : [dataSubject],
    }
    return [...prepared.statements.values()].map((statement) => {
      const bound = bindStatement(statement, {
        variables: coerced,
        facts,
        purpose: declared,
        pseudonymPeriod: '',
        limits: parsed.config.limits,
        keys: KEYS,
        enums: policy.enums,
        cursorMark: 'mark.',
        day: '2026-11-24',
      })
      if (bound.kind !== 'bound') throw new Error(bound.problem.message)
      const { text, shown, planOnce } = statement
      return { text, shown, planOnce, values: bound.values }
    })
  }
}
