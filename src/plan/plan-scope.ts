import type { FragmentDefinitionNode, GraphQLInputType, GraphQLSchema } from 'graphql'
import type { Field } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Transform } from '../policy/transform.ts'
import { decideArgument, decideCalculation, decideField } from './decide.ts'
import type { Blocked } from './plan.ts'
import type { VariableValues } from './variable-shape.ts'

/**
 * What one run of the planner knows and gathers. It is made for one call of `planOperation` and never leaves it; the
 * planner is pure from outside.
 */
export class PlanScope {
  readonly blocked: Blocked[] = []
  private readonly blockedPaths = new Set<string>()
  readonly schema: GraphQLSchema
  readonly policy: Policy
  readonly purpose: string
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: VariableValues
  private conditions = 0
  private conditionDepth = 0
  private relationConditions = 0

  constructor(input: Pick<PlanScope, 'schema' | 'policy' | 'purpose' | 'fragments' | 'variables'>) {
    this.schema = input.schema
    this.policy = input.policy
    this.purpose = input.purpose
    this.fragments = input.fragments
    this.variables = input.variables
  }

  /** The form in which a field is served; undefined where it is blocked, which is noted. */
  field(field: Field, path: readonly string[]): Transform | undefined {
    const decision = decideField(field, this.purpose)
    if (decision.kind === 'blocked') {
      this.block({
        coordinate: field.coordinate,
        code: decision.code,
        path,
        permittedFor: [...field.permits.keys()],
      })
      return undefined
    }
    return decision.transform
  }

  /** Notes that an argument reads the field; where it may not, the field that carries the argument is blocked. */
  argument(field: Field, path: readonly string[]): void {
    const decision = decideArgument(field, this.purpose)
    if (decision.kind === 'permitted') return
    const permittedFor = [...field.permits].flatMap(([purpose, transform]) =>
      transform === 'AS_IS' ? [purpose] : [],
    )
    this.block({ coordinate: field.coordinate, code: decision.code, path, permittedFor })
  }

  /** Whether the field may be calculated with; where it may not, that is noted. */
  calculation(field: Field, path: readonly string[]): boolean {
    const decision = decideCalculation(field, this.purpose)
    if (decision.kind === 'permitted') return true
    const permittedFor = [...field.permits.keys()].filter(
      (purpose) => decideCalculation(field, purpose).kind === 'permitted',
    )
    this.block({ coordinate: field.coordinate, code: decision.code, path, permittedFor })
    return false
  }

  /** Once for each coordinate, reason and place: a filter may name a field many times. */
  block(blocked: Blocked): void {
    const path = blocked.path.join('.')
    const same = (other: Blocked) =>
      other.coordinate === blocked.coordinate && other.code === blocked.code && other.path.join('.') === path
    if (this.blockedPaths.has(path) && this.blocked.some(same)) return
    this.blocked.push(blocked)
    this.blockedPaths.add(path)
  }

  /** Whether the field at this path, or one of its arguments, is blocked. */
  blockedAt(path: readonly string[]): boolean {
    return this.blockedPaths.has(path.join('.'))
  }

  /** Whether some field above this path is blocked, so that the answer has no place for it. */
  blockedAbove(path: readonly string[]): boolean {
    return path.some((_, depth) => depth > 0 && this.blockedAt(path.slice(0, depth)))
  }

  /** Counts one condition, and the level of those that `plan` finds inside it. */
  condition<T>(plan: () => T): T {
    this.conditions++
    this.conditionDepth++
    if (this.conditions > MAX_CONDITIONS)
      throw new InvalidInput(`the operation has more than ${MAX_CONDITIONS} conditions`, 'QUERY_TOO_COMPLEX')
    if (this.conditionDepth > MAX_CONDITION_DEPTH)
      throw new InvalidInput(
        `\`where\` has more than ${MAX_CONDITION_DEPTH} levels of conditions`,
        'QUERY_TOO_COMPLEX',
      )
    const planned = plan()
    this.conditionDepth--
    return planned
  }

  /** Counts a condition on related rows. */
  relationCondition(): void {
    if (++this.relationConditions > MAX_RELATION_CONDITIONS)
      throw new InvalidInput(
        `the operation has more than ${MAX_RELATION_CONDITIONS} conditions on related rows`,
        'QUERY_TOO_COMPLEX',
      )
  }

  inputType(name: string): GraphQLInputType {
    return this.schema.getType(name) as GraphQLInputType
  }
}

/**
 * A request that fits the schema and yet has no meaning, or asks for more than can be meant; carried out of the planner,
 * never out of `planOperation`.
 */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  readonly code: 'BAD_USER_INPUT' | 'QUERY_TOO_COMPLEX'

  constructor(message: string, code: InvalidInput['code'] = 'BAD_USER_INPUT') {
    super(message)
    this.code = code
  }
}

/** Filters of a whole operation. A page size does not bound what they cost, and a variable can hold thousands of them. */
const MAX_CONDITIONS = 200
/** Levels of one filter. */
const MAX_CONDITION_DEPTH = 16
/** Each becomes a join, and PostgreSQL's time to plan joins grows much faster than their number: 90 took it five seconds. */
const MAX_RELATION_CONDITIONS = 30
