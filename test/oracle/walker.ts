import type * as Ast from '@0no-co/graphql.web'
import { Kind, parse } from '@0no-co/graphql.web'

/**
 * A second opinion on what an operation may read, written from design.md, docs/policy-language.md and directives/ alone.
 * It shares no code with src/: where the two disagree, one of them is wrong.
 */
export interface Rules {
  readonly types: ReadonlyMap<string, ReadonlyMap<string, FieldRule>>
  /** Purpose → roles that may act for it. */
  readonly purposes: ReadonlyMap<string, readonly string[]>
}
/** `permits`: purpose → form. */
export interface FieldRule {
  readonly type: string
  readonly many: boolean
  readonly permits: ReadonlyMap<string, string>
}
export interface Question {
  readonly document: string
  readonly operationName: string | undefined
  readonly variables: Values
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
  readonly type: string
  readonly form: string
  readonly args: Values
  readonly children: readonly Part[]
}
/** `shown`: coordinate → form of what may appear; `used`: coordinates that arguments read. */
export interface Granted {
  readonly kind: 'served'
  readonly purpose: string
  readonly parts: readonly Part[]
  readonly blocked: readonly Blocked[]
  readonly shown: ReadonlyMap<string, string>
  readonly used: ReadonlySet<string>
}
export type Refused = Pick<Granted, 'blocked'> & {
  readonly kind: 'refused'
  readonly codes: readonly string[]
}
type Values = Readonly<Record<string, unknown>>

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
  const types = new Map<string, ReadonlyMap<string, FieldRule>>()
  const purposes = new Map<string, readonly string[]>()
  for (const definition of parse(text, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const name = definition.name?.value ?? ''
    if (name === 'Purpose')
      for (const value of definition.selectionSet.selections as Ast.FieldNode[])
        purposes.set(value.name.value, argument(directives(value, 'processing')[0], 'roles') as string[])
    const rules = (definition.variableDefinitions ?? []).map((field) => {
      const own = directives(field, 'purpose')
      const personal = directives(field, 'personal').length > 0
      // A field's own declarations replace the default whole, and a personal field has no default.
      const declared = own.length > 0 ? own : personal ? [] : directives(definition, 'purpose')
      const permits = declared.flatMap((one) => {
        const step = argument(one, 'step')
        const form = `${argument(one, 'as') ?? 'AS_IS'}${step === undefined ? '' : ` ${step}`}`
        return (argument(one, 'for') as string[]).map((purpose) => [purpose, form] as const)
      })
      return [field.variable.name.value, { ...typeOf(field.type), permits: new Map(permits) }] as const
    })
    if (rules.length > 0) types.set(name, new Map(rules))
  }
  return { types, purposes }
}

function typeOf(node: Ast.TypeNode, many = false): { readonly type: string; readonly many: boolean } {
  if (node.kind === Kind.NAMED_TYPE) return { type: node.name.value, many }
  return typeOf(node.type, many || node.kind === Kind.LIST_TYPE)
}

type Node = Partial<Pick<Ast.FieldNode, 'directives' | 'arguments'>>
function directives(node: Node, name: string): readonly Ast.DirectiveNode[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name)
}
function argument(node: Node | undefined, name: string, variables: Values = {}): unknown {
  const found = node?.arguments?.find((one) => one.name.value === name)
  return found && resolve(found.value, variables)
}

/** Undefined stands for a variable that was not given. */
function resolve(node: Ast.ValueNode, variables: Values): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value]
    case Kind.NULL:
      return null
    case Kind.LIST:
      return node.values.map((item) => resolve(item, variables) ?? null)
    case Kind.OBJECT: {
      const entries = node.fields.map((field) => [field.name.value, resolve(field.value, variables)])
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
    }
    default:
      return node.kind === Kind.INT && node.value.length < 16 ? Number(node.value) : node.value
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

export function judge(rules: Rules, question: Question): Refused | Granted {
  const { document, operationName } = question
  const { definitions } = parse(document, { noLocation: true })
  const operation = definitions.find(
    (one): one is Ast.OperationDefinitionNode =>
      one.kind === Kind.OPERATION_DEFINITION && (!operationName || one.name?.value === operationName),
  )
  if (!operation) throw new Error('no such operation')
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
  const variables: Record<string, unknown> = { ...question.variables }
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue && !Object.hasOwn(question.variables, variable.name.value))
      variables[variable.name.value] = resolve(defaultValue, {})

  /** By response key; `all` also takes what @skip and @include leave out. */
  function fieldsOf(selections: readonly Ast.SelectionNode[], all = false): Map<string, Ast.FieldNode[]> {
    const groups = new Map<string, Ast.FieldNode[]>()
    const visit = (node: Ast.SelectionNode): void => {
      const asked = (name: string) => argument(directives(node, name)[0], 'if', variables)
      if (!all && (asked('skip') === true || asked('include') === false)) return
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        groups.set(key, [...(groups.get(key) ?? []), node])
      } else if (node.kind === Kind.INLINE_FRAGMENT) node.selectionSet.selections.forEach(visit)
      else fragments.find((f) => f.name.value === node.name.value)?.selectionSet.selections.forEach(visit)
    }
    selections.forEach(visit)
    return groups
  }

  const roots = operation.selectionSet.selections
  const readsData = [...fieldsOf(roots, true).values()].flat().some((node) => !/^__/.test(node.name.value))
  const declared = argument(directives(operation, 'declare')[0], 'purpose', variables) as string | undefined
  const purpose = question.header ?? declared ?? ''
  const codes = readsData ? purposeFaults(rules, question, declared, purpose) : []
  if (codes.length > 0) return { kind: 'refused', codes, blocked: [] }

  const blocked: Blocked[] = []
  const shown = new Map<string, string>()
  const used = new Set<string>()

  function need(path: readonly string[], coordinate: string, permittedFor: string[], code: Blocked['code']) {
    const one = { path, coordinate, code, permittedFor }
    const known = blocked.some((other) => JSON.stringify(other) === JSON.stringify(one))
    if (!permittedFor.includes(purpose) && !known) blocked.push(one)
  }
  /** Rules 1 and 4; rule 5 where an argument reads. */
  function reads(on: string, name: string, path: readonly string[], argues = false): void {
    const permits = [...(rules.types.get(on)?.get(name)?.permits ?? [])]
    const may = permits.flatMap(([one, form]) => (!argues || form === 'AS_IS' ? [one] : []))
    need(path, `${on}.${name}`, may, argues ? 'ARGUMENT_NOT_PERMITTED' : 'FIELD_NOT_PERMITTED')
    if (argues && may.includes(purpose)) used.add(`${on}.${name}`)
  }
  function filters(on: string, where: unknown, path: readonly string[]): void {
    for (const [name, value] of Object.entries(where ?? {})) {
      if (['AND', 'OR', 'NOT'].includes(name)) for (const one of listOf(value)) filters(on, one, path)
      else {
        reads(on, name, path, true)
        const target = rules.types.get(on)?.get(name)?.type ?? ''
        if (rules.types.has(target)) for (const one of Object.values(value ?? {})) filters(target, one, path)
      }
    }
  }
  function partsOf(on: string, selections: readonly Ast.SelectionNode[], above: readonly string[]): Part[] {
    return [...fieldsOf(selections)].map(([key, nodes]) => {
      const [node] = nodes
      const [name, path] = [node?.name.value ?? '', [...above, key]]
      const args: Record<string, unknown> = {}
      for (const one of node?.arguments ?? []) args[one.name.value] = resolve(one.value, variables)
      const { type, model, rule } = behind(rules, on, name)
      const before = blocked.length
      if (rule) reads(on, name, path)
      if (model !== undefined) {
        // A root field is for the purposes that may read anything behind it.
        const fields = [...(rules.types.get(model)?.values() ?? [])]
        const may = [...rules.purposes.keys()].filter((one) => fields.some((field) => field.permits.has(one)))
        if (!rule) need(path, `Query.${name}`, may, 'FIELD_NOT_PERMITTED')
        const { first: _first, after: _after, where, orderBy, ...key } = args
        filters(model, where, path)
        for (const term of [...listOf(orderBy), key])
          for (const field of Object.keys(term as object)) reads(model, field, path, true)
      }
      const denied = blocked.length > before
      const form = denied ? 'NULL' : (rule?.permits.get(purpose) ?? 'PLAIN')
      if (rule && !denied) shown.set(`${on}.${name}`, form)
      // A refusal names what lies below a blocked field too; a pruned answer has no place for it.
      const below = denied && question.prune ? [] : nodes.flatMap((n) => n.selectionSet?.selections ?? [])
      return { key, name, type, form, args, children: partsOf(type, below, path) }
    })
  }

  const parts = partsOf('Query', roots, [])
  if (blocked.length === 0 || question.prune) return { kind: 'served', purpose, parts, blocked, shown, used }
  return { kind: 'refused', codes: blocked.map(({ code }) => code), blocked }
}

/** Rule 6. */
function purposeFaults(rules: Rules, question: Question, declared: string | undefined, purpose: string) {
  const { header, roles, grants } = question
  if (purpose === '') return ['PURPOSE_MISSING']
  if (header !== undefined && declared !== undefined && header !== declared) return ['PURPOSE_CONFLICT']
  const may = rules.purposes.get(purpose)
  if (!may) return ['PURPOSE_UNKNOWN']
  const granted = grants.includes(purpose) ? [] : ['PURPOSE_NOT_GRANTED']
  return may.some((role) => roles.includes(role)) ? granted : [...granted, 'ROLE_MISSING']
}

/** The type behind a field, the governed model whose rows its arguments choose among, and its rule. */
function behind(rules: Rules, on: string, name: string) {
  const none = { type: '', model: undefined, rule: undefined }
  for (const model of on === 'Query' ? rules.types.keys() : []) {
    const one = model.charAt(0).toLowerCase() + model.slice(1)
    if (name === one) return { ...none, type: model, model }
    if (name === `${one.replace(/y$/, 'ie')}s`) return { ...none, type: `${model}Connection`, model }
  }
  const row = on.replace(/(Connection|Edge)$/, '')
  const parts: Values = { nodes: row, node: row, edges: `${row}Edge`, pageInfo: 'PageInfo' }
  if (row !== on) return { ...none, type: String(Object.hasOwn(parts, name) ? parts[name] : '') }
  const rule = rules.types.get(on)?.get(name)
  const model = rule && rules.types.has(rule.type) ? rule.type : undefined
  return { type: model && rule?.many ? `${model}Connection` : (rule?.type ?? ''), model, rule }
}
