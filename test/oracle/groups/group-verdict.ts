import { judge, type Rules } from '../walker.ts'
import { type GroupCase, rootOf } from './group-case.ts'
import type { GroupRules } from './group-rules.ts'

/** What stands in the way of a question about groups; written from docs/groups.md and docs/policy-language.md alone. */
export interface GroupBlocked {
  readonly path: readonly string[]
  readonly coordinate: string
  readonly code: string
  readonly permittedFor: readonly string[]
}

export function groupVerdict(
  rules: Rules,
  groups: GroupRules,
  asked: GroupCase,
): { readonly blocked: readonly GroupBlocked[]; readonly used: ReadonlySet<string> } {
  const { purpose, model, groupBy, fields } = asked
  const types = rules.types.get(model)
  const purposes = [...rules.purposes.keys()]
  const readable = (one: string) => [...(types?.values() ?? [])].some(({ permits }) => permits.has(one))
  const found: GroupBlocked[] = []
  const block = (
    code: string,
    coordinate: string,
    path: readonly string[],
    permittedFor: readonly string[],
  ) => {
    if (!permittedFor.includes(purpose)) found.push({ code, coordinate, path: ['a', ...path], permittedFor })
  }
  block('FIELD_NOT_PERMITTED', `Query.${rootOf(model)}`, [], purposes.filter(readable))
  const filter = filterVerdict(rules, asked)
  found.push(...filter.blocked)
  for (const name of groupBy)
    block('FIELD_NOT_PERMITTED', `${model}.${name}`, [], [...(types?.get(name)?.permits.keys() ?? [])])
  for (const { alias, name, fields: parts } of fields) {
    if (!['sum', 'avg', 'min', 'max'].includes(name)) continue
    if (['min', 'max'].includes(name) && groups.purposes.has(purpose))
      block(
        'GROUPS_ONLY',
        `${model}Aggregate.${name}`,
        [alias],
        purposes.filter((one) => readable(one) && !groups.purposes.has(one)),
      )
    for (const part of parts) {
      if (part.name === '__typename') continue
      const permits = [...(types?.get(part.name)?.permits ?? [])]
      const code = permits.some(([one]) => one === purpose)
        ? 'AGGREGATE_NOT_PERMITTED'
        : 'FIELD_NOT_PERMITTED'
      const asIs = permits.flatMap(([one, form]) => (form === 'AS_IS' ? [one] : []))
      block(code, `${model}.${part.name}`, [alias, part.alias], asIs)
    }
  }
  const above = (path: readonly string[]) =>
    found.some((other) => other.path.length < path.length && other.path.every((step, i) => step === path[i]))
  // A pruned answer has no place for what is below what is null.
  const blocked = asked.prune ? found.filter(({ path }) => !above(path)) : found
  return { blocked, used: filter.used }
}

/** A filter is judged as the same filter of a list is. */
function filterVerdict(rules: Rules, { model, purpose, where }: GroupCase) {
  const list = rootOf(model).replace(/Aggregate$/, '')
  const verdict = judge(rules, {
    document: `query ($w: ${model}Where) { a: ${list}(where: $w) { __typename } }`,
    operationName: undefined,
    variables: where === undefined ? {} : { w: where },
    header: purpose,
    roles: [...rules.purposes.values()].flat(),
    grants: [purpose],
    prune: true,
  })
  const blocked = verdict.blocked.filter(({ code }) => code === 'ARGUMENT_NOT_PERMITTED')
  return { blocked, used: verdict.kind === 'served' ? verdict.used : new Set<string>() }
}
