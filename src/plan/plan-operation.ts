import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import type { OnDenied } from '../identity/principal.ts'
import type { Policy } from '../policy/policy.ts'
import { type RootField, rootFieldsOf } from '../policy/root-fields.ts'
import { collectFields } from './collect-fields.ts'
import { purposesOfGroups, purposesOfRows } from './decide.ts'
import { fieldsRead } from './fields-read.ts'
import { inputOfArgument, isNull, leafValueOf } from './input.ts'
import type { PlannedRoot, PlanResult } from './plan.ts'
import { planAggregate } from './plan-aggregate.ts'
import { planList } from './plan-list.ts'
import { planRows } from './plan-rows.ts'
import { InvalidInput, PlanScope } from './plan-scope.ts'
import type { VariableValues } from './variable-shape.ts'

export interface PlanInput {
  readonly schema: GraphQLSchema
  readonly policy: Policy
  readonly document: DocumentNode
  readonly documentHash: string
  readonly operation: OperationDefinitionNode
  readonly variables: VariableValues
  readonly purpose: string
  readonly onDenied: OnDenied
}

/**
 * document × operation × purpose × policy → Plan, or everything that is blocked. Pure, and decided once per operation:
 * what is not in the plan is not in the SQL. The document has passed validation against `schema`, which was derived from
 * `policy`; the variables are coerced.
 */
export function planOperation(input: PlanInput): PlanResult {
  const scope = new PlanScope({ ...input, fragments: fragmentsOf(input.document) })
  try {
    const groups = collectFields(scope, [input.operation.selectionSet])
    const roots = [...groups].map(([key, nodes]) => planRoot(scope, key, nodes))
    if (scope.blocked.length > 0 && input.onDenied === 'reject')
      return { kind: 'refused', blocked: scope.blocked }
    return {
      kind: 'plan',
      plan: {
        purpose: input.purpose,
        policyHash: input.policy.hash,
        operationName: input.operation.name?.value,
        documentHash: input.documentHash,
        roots,
        fields: fieldsRead(roots),
        blocked: scope.blocked.filter((blocked) => !scope.blockedAbove(blocked.path)),
      },
    }
  } catch (error) {
    if (error instanceof InvalidInput)
      return { kind: 'invalid', problem: { code: error.code, message: error.message } }
    throw error
  }
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((node) => [node.name.value, node]))
}

function planRoot(scope: PlanScope, key: string, nodes: readonly FieldNode[]): PlannedRoot {
  const name = nodes[0]?.name.value ?? ''
  if (name === '__typename') return { kind: 'typename', key }
  if (name === '__schema' || name === '__type') return { kind: 'introspection', key }
  const root = rootFieldsOf(scope.policy).get(name)
  if (!root) throw new InvalidInput('`Query` has no such field')
  return planModelRoot(scope, root, name, key, nodes)
}

function planModelRoot(
  scope: PlanScope,
  { kind, model }: RootField,
  name: string,
  key: string,
  nodes: readonly FieldNode[],
): PlannedRoot {
  const path = [key]
  admitRoot(scope, { kind, model }, name, path)
  if (kind === 'aggregate') {
    const aggregate = planAggregate(scope, model, nodes, path)
    return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind, key, field: name, aggregate }
  }
  const below = (children: readonly FieldNode[], at: readonly string[]) =>
    planRows(scope, model, children, at)
  if (kind === 'many') {
    const list = planList(scope, model, nodes, path, below)
    return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'many', key, field: name, list }
  }
  const lookup = model.key.map((part) => {
    const field = model.fields.get(part.field)
    if (field?.kind !== 'scalar') throw new InvalidInput(`\`${model.name}\` cannot be looked up by its key`)
    scope.argument(field, path)
    const input = inputOfArgument(nodes[0]?.arguments, part.field, scope.variables)
    if (isNull(input)) throw new InvalidInput(`the argument \`${part.field}\` is null`)
    return leafValueOf(input, scope.inputType(field.enumName ?? field.type))
  })
  const rows = below(nodes, path)
  return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'one', key, field: name, lookup, rows }
}

/** A root field is for the purposes that may read anything behind it; rows are for those that are not served groups only. */
function admitRoot(
  scope: PlanScope,
  { kind, model }: RootField,
  name: string,
  path: readonly string[],
): void {
  const permittedFor = (kind === 'aggregate' ? purposesOfGroups : purposesOfRows)(scope.policy, model.name)
  if (permittedFor.includes(scope.purpose)) return
  const grouped = kind !== 'aggregate' && scope.policy.purposes.get(scope.purpose)?.groups
  const code = grouped ? 'GROUPS_ONLY' : 'FIELD_NOT_PERMITTED'
  scope.block({ coordinate: `Query.${name}`, code, path, permittedFor })
}
