import {
  type ASTNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type TypeNode,
  type ValueNode,
} from '@0no-co/graphql.web'

/**
 * A second opinion on what an operation may read, written from design.md, docs/policy-language.md and directives/ alone.
 * It shares no code with src/: where the two disagree, one of them is wrong.
 */
export interface Rules {
  readonly types: ReadonlyMap<string, ReadonlyMap<string, FieldRule>>
  /** Purpose → roles that may act for it. */
  readonly purposes: ReadonlyMap<string, readonly string[]>
}
export interface FieldRule {
  readonly type: string
  readonly many: boolean
  /** Purpose → form. */
  readonly permits: ReadonlyMap<string, string>
}
export interface Question {
  readonly document: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  /** The header `x-purpose`. */
  readonly header: string | undefined
  readonly roles: readonly string[]
  readonly grants: readonly string[]
  readonly prune: boolean
}
export interface Blocked {
  readonly path: readonly string[]
  readonly coordinate: string
  readonly code: 'FIELD_NOT_PERMITTED' | 'ARGUMENT_NOT_PERMITTED'
  readonly permittedFor: readonly string[]
}
/** One response key: its value is served in a form, is an ungoverned part (`PLAIN`), or must be null (`NULL`). */
export interface Part {
  readonly key: string
  readonly name: string
  /** Type that the field is of, and the type behind it. */
  readonly on: string
  readonly type: string
  readonly form: string
  readonly args: Readonly<Record<string, unknown>>
  readonly children: readonly Part[]
}
export type Verdict =
  | { readonly kind: 'refused'; readonly codes: readonly string[]; readonly blocked: readonly Blocked[] }
  | {
      readonly kind: 'served'
      readonly purpose: string
      readonly parts: readonly Part[]
      readonly blocked: readonly Blocked[]
      /** Coordinate → form, of what is served; arguments are in `used`. */
      readonly shown: ReadonlyMap<string, string>
      readonly used: ReadonlySet<string>
    }

// --- the policy ---

/** The parser knows executable documents only, so a type is put to it as an operation whose variables are its fields. */
export function rulesOf(sources: readonly string[]): Rules {
  const text = sources
    .join('\n')
    .replace(/"""[\s\S]*?"""|^\s*"(?:[^"\\\n]|\\.)*"\s*$|^\s*#.*$/gm, '')
    .replace(/\benum\b/g, 'query')
    .replace(/\btype (\w+)([^{]*)\{([^}]*)\}/g, (_, name: string, head: string, body: string) => {
      const fields = body.replace(/\([^)]*\)|(\w+)(?=\s*:)/g, (all, field) => (field ? `$${field}` : all))
      return `query ${name}(${fields}) ${head} { x }`
    })
  const types = new Map<string, Map<string, FieldRule>>()
  const purposes = new Map<string, readonly string[]>()
  for (const definition of parse(text, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const name = definition.name?.value ?? ''
    if (name === 'Purpose')
      for (const value of definition.selectionSet.selections as FieldNode[])
        purposes.set(value.name.value, argument(directive(value, 'processing')[0], 'roles') as string[])
    const fields = definition.variableDefinitions ?? []
    if (fields.length === 0) continue
    const rules = fields.map((field) => {
      const own = directive(field, 'purpose')
      const personal = directive(field, 'personal').length > 0
      const declared = own.length > 0 ? own : personal ? [] : directive(definition, 'purpose')
      const permits = declared.flatMap((d) =>
        (argument(d, 'for') as string[]).map((purpose): [string, string] => [
          purpose,
          (argument(d, 'as') as string | undefined) ?? 'AS_IS',
        ]),
      )
      return [field.variable.name.value, { ...typeOf(field.type), permits: new Map(permits) }] as const
    })
    types.set(name, new Map(rules))
  }
  return { types, purposes }
}

function typeOf(node: TypeNode): { readonly type: string; readonly many: boolean } {
  if (node.kind === Kind.NON_NULL_TYPE) return typeOf(node.type)
  if (node.kind === Kind.LIST_TYPE) return { type: typeOf(node.type).type, many: true }
  return { type: node.name.value, many: false }
}

function directive(node: ASTNode, name: string): readonly DirectiveNode[] {
  const all = 'directives' in node ? ((node.directives ?? []) as readonly DirectiveNode[]) : []
  return all.filter((d) => d.name.value === name)
}

function argument(node: DirectiveNode | FieldNode | undefined, name: string, variables = {}): unknown {
  const found = node?.arguments?.find((a) => a.name.value === name)
  return found && resolve(found.value, variables)
}

// --- values ---

type Variables = Readonly<Record<string, unknown>>

/** Undefined stands for a variable that was not given. */
function resolve(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value]
    case Kind.NULL:
      return null
    case Kind.LIST:
      return node.values.map((item) => resolve(item, variables) ?? null)
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields
          .map((field) => [field.name.value, resolve(field.value, variables)])
          .filter(([, value]) => value !== undefined),
      )
    case Kind.INT:
      return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : node.value
    default:
      return node.value
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

// --- the verdict ---

const LIST_ARGUMENTS = ['first', 'after', 'where', 'orderBy']

export function judge(rules: Rules, question: Question): Verdict {
  const { definitions } = parse(question.document, { noLocation: true })
  const operation = definitions.find(
    (d): d is OperationDefinitionNode =>
      d.kind === Kind.OPERATION_DEFINITION &&
      (question.operationName === undefined || d.name?.value === question.operationName),
  )
  if (!operation) return { kind: 'refused', codes: ['OPERATION_RESOLUTION_FAILURE'], blocked: [] }
  const fragments = new Map(
    definitions
      .filter((d): d is FragmentDefinitionNode => d.kind === Kind.FRAGMENT_DEFINITION)
      .map((d) => [d.name.value, d]),
  )
  const variables: Record<string, unknown> = {}
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value
    if (Object.hasOwn(question.variables, name)) variables[name] = question.variables[name]
    else if (defaultValue) variables[name] = resolve(defaultValue, {})
  }

  /** Grouped by response key; `all` also takes what @skip and @include leave out. */
  function fieldsOf(sets: readonly (readonly SelectionNode[])[], all = false): Map<string, FieldNode[]> {
    const groups = new Map<string, FieldNode[]>()
    const visit = (node: SelectionNode): void => {
      const asked = (name: string) => argument(directive(node, name)[0], 'if', variables)
      if (!all && (asked('skip') === true || asked('include') === false)) return
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        groups.set(key, [...(groups.get(key) ?? []), node])
      } else if (node.kind === Kind.INLINE_FRAGMENT) node.selectionSet.selections.forEach(visit)
      else fragments.get(node.name.value)?.selectionSet.selections.forEach(visit)
    }
    for (const set of sets) set.forEach(visit)
    return groups
  }

  const roots = fieldsOf([operation.selectionSet.selections], true)
  const readsData = [...roots.values()].flat().some((node) => !node.name.value.startsWith('__'))
  const declared = argument(directive(operation, 'declare')[0], 'purpose', variables) as string | undefined
  const purpose = question.header ?? declared ?? ''
  const codes = readsData ? purposeFaults(rules, question, declared, purpose) : []
  if (codes.length > 0) return { kind: 'refused', codes, blocked: [] }

  const blocked: Blocked[] = []
  const shown = new Map<string, string>()
  const used = new Set<string>()

  function reads(on: string, name: string, path: readonly string[], code: Blocked['code']): boolean {
    const permits = rules.types.get(on)?.get(name)?.permits ?? new Map<string, string>()
    const fits = (form: string | undefined) => form === 'AS_IS' || (form && code === 'FIELD_NOT_PERMITTED')
    if (fits(permits.get(purpose))) return true
    const permittedFor = [...permits].filter(([, form]) => fits(form)).map(([p]) => p)
    const known = blocked.some(
      (b) => b.coordinate === `${on}.${name}` && b.path.join() === path.join() && b.code === code,
    )
    if (!known) blocked.push({ path, coordinate: `${on}.${name}`, code, permittedFor })
    return false
  }

  function filters(on: string, where: unknown, path: readonly string[]): void {
    for (const [name, value] of entriesOf(where)) {
      if (['AND', 'OR', 'NOT'].includes(name)) for (const item of listOf(value)) filters(on, item, path)
      else {
        argumentReads(on, name, path)
        const target = rules.types.get(on)?.get(name)?.type ?? ''
        if (rules.types.has(target)) for (const [, inner] of entriesOf(value)) filters(target, inner, path)
      }
    }
  }
  function argumentReads(on: string, name: string, path: readonly string[]): void {
    if (reads(on, name, path, 'ARGUMENT_NOT_PERMITTED')) used.add(`${on}.${name}`)
  }

  function partsOf(on: string, sets: readonly FieldNode[], path: readonly string[]): readonly Part[] {
    const selections = sets.map((node) => node.selectionSet?.selections ?? [])
    return [...fieldsOf(selections)].map(([key, nodes]) => partOf(on, key, nodes, [...path, key]))
  }

  function partOf(on: string, key: string, nodes: readonly FieldNode[], path: readonly string[]): Part {
    const [node] = nodes
    const name = node?.name.value ?? ''
    const args: Record<string, unknown> = {}
    for (const { name: a } of node?.arguments ?? []) args[a.value] = argument(node, a.value, variables)
    const { type, model, rule } = behind(rules, on, name)
    const before = blocked.length
    if (on === 'Query' && model !== undefined) rootReads(name, model, path)
    else if (rule) reads(on, name, path, 'FIELD_NOT_PERMITTED')
    if (model !== undefined) {
      filters(model, args.where, path)
      for (const term of listOf(args.orderBy))
        for (const [field] of entriesOf(term)) argumentReads(model, field, path)
      for (const field of Object.keys(args))
        if (!LIST_ARGUMENTS.includes(field)) argumentReads(model, field, path)
    }
    const denied = blocked.length > before
    const form = denied ? 'NULL' : rule ? (rule.permits.get(purpose) ?? 'NULL') : 'PLAIN'
    if (rule && !denied) shown.set(`${on}.${name}`, form)
    // A refusal names what lies below a blocked field too; a pruned answer has no place for it.
    const children = denied && question.prune ? [] : partsOf(type, nodes, path)
    return { key, name, on, type, form, args, children }
  }

  function rootReads(name: string, model: string, path: readonly string[]): void {
    const forms = [...(rules.types.get(model)?.values() ?? [])].map((rule) => rule.permits)
    if (forms.some((permits) => permits.has(purpose))) return
    const permittedFor = [...rules.purposes.keys()].filter((p) => forms.some((permits) => permits.has(p)))
    blocked.push({ path, coordinate: `Query.${name}`, code: 'FIELD_NOT_PERMITTED', permittedFor })
  }

  const parts = [...fieldsOf([operation.selectionSet.selections])].map(([key, nodes]) =>
    partOf('Query', key, nodes, [key]),
  )
  if (blocked.length > 0 && !question.prune)
    return { kind: 'refused', codes: [...new Set(blocked.map((b) => b.code))], blocked }
  return { kind: 'served', purpose, parts, blocked, shown, used }
}

/** Rule of meaning 6. */
function purposeFaults(
  rules: Rules,
  { header, roles, grants }: Question,
  declared: string | undefined,
  purpose: string,
): readonly string[] {
  if (purpose === '') return ['PURPOSE_MISSING']
  if (header !== undefined && declared !== undefined && header !== declared) return ['PURPOSE_CONFLICT']
  const may = rules.purposes.get(purpose)
  if (!may) return ['PURPOSE_UNKNOWN']
  const granted = grants.includes(purpose) ? [] : ['PURPOSE_NOT_GRANTED']
  return may.some((role) => roles.includes(role)) ? granted : [...granted, 'ROLE_MISSING']
}

/** What lies behind a field: its type, the governed model whose rows its arguments choose among, its rule. */
function behind(rules: Rules, on: string, name: string) {
  const none = { type: '', model: undefined, rule: undefined }
  if (name === '__typename' || on === '' || on === 'PageInfo') return none
  const model = on.replace(/(Connection|Edge)$/, '')
  if (on === 'Query') {
    const lower = (type: string) => type.charAt(0).toLowerCase() + type.slice(1)
    for (const type of rules.types.keys()) {
      if (name === lower(type)) return { type, model: type, rule: undefined }
      if (name === lower(type).replace(/y$/, 'ie').concat('s'))
        return { type: `${type}Connection`, model: type, rule: undefined }
    }
    return none
  }
  if (model !== on) {
    const parts: Record<string, string> = { nodes: model, node: model, edges: `${model}Edge` }
    return { ...none, type: parts[name] ?? (name === 'pageInfo' ? 'PageInfo' : '') }
  }
  const rule = rules.types.get(on)?.get(name)
  const target = rule && rules.types.has(rule.type) ? rule.type : undefined
  const type = target && rule?.many ? `${target}Connection` : (rule?.type ?? '')
  return { type, model: target, rule }
}
