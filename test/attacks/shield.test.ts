import { trace } from '@opentelemetry/api'
import { type GraphQLResolveInfo, type GraphQLSchema, parse } from 'graphql'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Cancellation } from '../../src/cancellation.ts'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { type GatewayRequest, newRequest } from '../../src/enforce/request.ts'
import { shieldRoots } from '../../src/enforce/shield.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { planOperation } from '../../src/plan/plan-operation.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'

let policy: Policy
let schema: GraphQLSchema
let reads = 0
beforeAll(async () => {
  const loaded = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
  if (!loaded.policy) throw new Error('the demo policy compiles')
  policy = loaded.policy
  const read = () => {
    reads++
    return '"released"'
  }
  schema = shieldRoots(servedSchemaOf(policy), read)
})
beforeEach(() => {
  reads = 0
})

/** A request that was decided on and granted. */
function grantedRequest(
  query = '{ a: customers { nodes { id } } }',
  onDenied: 'reject' | 'prune' = 'reject',
) {
  const document = parse(query)
  const operation = document.definitions[0]
  if (operation?.kind !== 'OperationDefinition') throw new Error('the document is an operation')
  const result = planOperation({
    schema,
    policy,
    document,
    documentHash: 'hash',
    operation,
    variables: {},
    purpose: 'BILLING',
    onDenied,
  })
  if (result.kind !== 'plan') throw new Error('the operation is granted')
  const request = newRequest({
    principal: {
      subject: 'ane',
      app: 'test',
      roles: ['BILLING_CLERK'],
      purposes: ['BILLING'],
      dataSubject: undefined,
      claims: new Map(),
    } as GatewayRequest['principal'],
    declaration: { purpose: 'BILLING', justification: undefined, onDenied, receipt: false },
    cancellation: new Cancellation(),
    span: trace.getTracer('test').startSpan('test'),
    traceContext: undefined as never,
  })
  return { ...request, purpose: policy.purposes.get('BILLING'), plan: result.plan }
}

/** What the shielded resolver of a root field gives: text, or the error that stands in its place. */
async function resolveRoot(request: GatewayRequest, field = 'customers', key = 'a'): Promise<unknown> {
  const parentType = schema.getQueryType()
  const resolve = parentType?.getFields()[field]?.resolve
  if (!parentType || !resolve) throw new Error('the root field has a resolver')
  const path = { prev: undefined, key, typename: parentType.name }
  const info = { fieldName: field, path, parentType, schema } as unknown as GraphQLResolveInfo
  try {
    return await resolve(undefined, {}, request, info)
  } catch (error) {
    return error
  }
}

describe('20 fallback and order of rules (graphql-shield allows by default)', () => {
  test('what was planned passes', async () => {
    expect(await resolveRoot(grantedRequest())).toBe('"released"')
  })

  test('a model called `Subscription` is not a root that nobody guards', () => {
    expect(policy.models.has('Subscription')).toBe(true)
    expect(schema.getSubscriptionType()).toBeUndefined()
  })

  type Tamper = (granted: ReturnType<typeof grantedRequest>) => GatewayRequest
  const withPlan =
    (change: object): Tamper =>
    (granted) => ({
      ...granted,
      plan: { ...granted.plan, ...change },
    })
  test.each<[string, Tamper]>([
    ['there is no plan', (granted) => ({ ...granted, plan: undefined })],
    ['the plan lacks the root', withPlan({ roots: [] })],
    ['the plan blocks the root', withPlan({ roots: [{ kind: 'blocked', key: 'a' }] })],
    ['the plan is of another purpose', withPlan({ purpose: 'SUPPORT' })],
    ['the purpose was never admitted', (granted) => ({ ...granted, purpose: undefined })],
    ['another purpose was declared', (granted) => ({ ...granted, purposeName: 'SUPPORT' })],
    ['another purpose was admitted', (granted) => ({ ...granted, purpose: policy.purposes.get('SUPPORT') })],
    ['the role is lost', (granted) => ({ ...granted, principal: { ...granted.principal, roles: [] } })],
    ['the grant is lost', (granted) => ({ ...granted, principal: { ...granted.principal, purposes: [] } })],
    ['the principal is broken', (granted) => ({ ...granted, principal: undefined as never })],
    ['the plan is broken', (granted) => ({ ...granted, plan: { purpose: 'BILLING' } as never })],
  ])('denied, and nothing is read, where %s', async (_, tamper) => {
    expect(await resolveRoot(tamper(grantedRequest()))).toBeInstanceOf(Error)
    expect(reads).toBe(0)
  })

  test('a permission is for one field under one key', async () => {
    expect(await resolveRoot(grantedRequest(), 'contacts')).toBeInstanceOf(Error)
    expect(await resolveRoot(grantedRequest(), 'customer')).toBeInstanceOf(Error)
    expect(await resolveRoot(grantedRequest(), 'customers', 'b')).toBeInstanceOf(Error)
    expect(reads).toBe(0)
  })

  test('a root that was pruned is not served beside one that was not', async () => {
    const query = '{ a: customers { nodes { id } } b: usageEvents { nodes { id } } }'
    const request = grantedRequest(query, 'prune')
    expect(await resolveRoot(request)).toBe('"released"')
    expect(await resolveRoot(request, 'usageEvents', 'b')).toBeInstanceOf(Error)
    expect(reads).toBe(1)
  })

  test('every root field of the schema is behind it', async () => {
    const fields = Object.keys(schema.getQueryType()?.getFields() ?? {})
    expect(fields.length).toBeGreaterThan(20)
    for (const field of fields)
      expect(await resolveRoot({ ...grantedRequest(), plan: undefined }, field)).toBeInstanceOf(Error)
    expect(reads).toBe(0)
  })

  test('a decision is not kept between two requests, or within one', async () => {
    const request = grantedRequest()
    expect(await resolveRoot(request)).toBe('"released"')
    expect(await resolveRoot({ ...request, plan: undefined })).toBeInstanceOf(Error)
    const changing: GatewayRequest = { ...request }
    expect(await resolveRoot(changing)).toBe('"released"')
    changing.purpose = undefined
    expect(await resolveRoot(changing)).toBeInstanceOf(Error)
  })
})
