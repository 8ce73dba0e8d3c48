import {
  type ASTVisitor,
  type DirectiveNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  visit,
} from 'graphql'
import type { Limits } from '../config.ts'

interface Cost {
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly directives: number
}

const NOTHING: Cost = { depth: 0, fields: 0, aliases: 0, directives: 0 }
/** Counts stop here: fan-out fragments double at every step, and only "too much" matters. */
const ENOUGH = 1_000_000

/**
 * Bounds what one document may ask for, as a validation rule. Fragments are counted as often as they are spread, yet each
 * is walked once, so a document whose fragments fan out costs no more to check than to read; circular fragments count
 * once and are refused by the specified rules. No name is exempt: `__schema` is an operation name like any other, and
 * introspection obeys the same limits.
 */
export function limitRule(
  limits: Pick<Limits, 'depth' | 'aliases' | 'directives' | 'fields' | 'rootFields'>,
) {
  return (context: ValidationContext): ASTVisitor => ({
    Document(document) {
      // Before any other rule looks at the document: to those, `@defer` is merely unknown.
      visit(document, {
        Directive(directive) {
          const { value } = directive.name
          if (value === 'defer' || value === 'stream')
            context.reportError(
              unsupported(
                `\`@${value}\` is not served: an answer leaves whole, after it is on record`,
                directive,
              ),
            )
        },
      })
    },
    OperationDefinition(operation) {
      if (operation.operation !== 'query')
        return context.reportError(
          unsupported(`only queries are served, and this is a \`${operation.operation}\``, operation),
        )
      const cost = costOfOperation(context, operation)
      const check = (name: string, value: number, most: number): void => {
        if (value > most)
          context.reportError(
            new GraphQLError(`the operation has more than ${most} ${name}`, {
              nodes: operation,
              extensions: { code: 'QUERY_TOO_COMPLEX' },
            }),
          )
      }
      check('levels of fields', cost.depth, limits.depth)
      check('fields', cost.fields, limits.fields)
      check('aliases', cost.aliases, limits.aliases)
      check('directives', cost.directives, limits.directives)
      check('root fields', cost.rootFields, limits.rootFields)
    },
  })
}

function unsupported(message: string, node: OperationDefinitionNode | DirectiveNode): GraphQLError {
  return new GraphQLError(message, { nodes: node, extensions: { code: 'OPERATION_UNSUPPORTED' } })
}

function costOfOperation(
  context: ValidationContext,
  operation: OperationDefinitionNode,
): Cost & { readonly rootFields: number } {
  const known = new Map<FragmentDefinitionNode, Cost | 'open'>()
  const costOf = (set: SelectionSetNode): Cost => set.selections.map(costOfSelection).reduce(plus, NOTHING)
  const costOfSelection = (node: SelectionSetNode['selections'][number]): Cost => {
    const own = { ...NOTHING, directives: node.directives?.length ?? 0 }
    if (node.kind === Kind.FIELD) {
      const below = node.selectionSet ? costOf(node.selectionSet) : NOTHING
      const field = { depth: below.depth + 1, fields: 1, aliases: node.alias ? 1 : 0, directives: 0 }
      return plus(plus(own, field), { ...below, depth: 0 })
    }
    if (node.kind === Kind.INLINE_FRAGMENT) return plus(own, costOf(node.selectionSet))
    const fragment = context.getFragment(node.name.value)
    return fragment ? plus(own, costOfFragment(fragment)) : own
  }
  const costOfFragment = (fragment: FragmentDefinitionNode): Cost => {
    const before = known.get(fragment)
    if (before === 'open') return NOTHING
    if (before) return before
    known.set(fragment, 'open')
    const cost = plus(costOf(fragment.selectionSet), {
      ...NOTHING,
      directives: fragment.directives?.length ?? 0,
    })
    known.set(fragment, cost)
    return cost
  }
  const total = plus(costOf(operation.selectionSet), {
    ...NOTHING,
    directives: operation.directives?.length ?? 0,
  })
  return { ...total, rootFields: rootFieldsOf(context, operation.selectionSet) }
}

function plus(a: Cost, b: Cost): Cost {
  return {
    depth: Math.max(a.depth, b.depth),
    fields: Math.min(a.fields + b.fields, ENOUGH),
    aliases: Math.min(a.aliases + b.aliases, ENOUGH),
    directives: Math.min(a.directives + b.directives, ENOUGH),
  }
}

/** Distinct response keys at the root; each is one statement. */
function rootFieldsOf(context: ValidationContext, root: SelectionSetNode): number {
  const keys = new Set<string>()
  const visited = new Set<string>()
  const visit = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) keys.add(node.alias?.value ?? node.name.value)
      else if (node.kind === Kind.INLINE_FRAGMENT) visit(node.selectionSet)
      else if (!visited.has(node.name.value)) {
        visited.add(node.name.value)
        const fragment = context.getFragment(node.name.value)
        if (fragment) visit(fragment.selectionSet)
      }
    }
  }
  visit(root)
  return keys.size
}
