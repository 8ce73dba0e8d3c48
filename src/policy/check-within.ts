import type { FieldDefinitionNode } from 'graphql'
import { argumentOf } from './arguments.ts'
import type { Field, Model } from './governed-model.ts'
import type { Purpose } from './purpose.ts'
import { directivesNamed, type Scope } from './scope.ts'

/**
 * A purpose `within` another permits at most what that one permits: each field in the same form, or in any form where the
 * outer purpose sees the value as it is. Each step of a chain is checked, so the whole chain holds. It speaks of fields and
 * their forms; which rows a purpose sees is said on each of the two.
 */
export function checkWithin(
  scope: Scope,
  purposes: ReadonlyMap<string, Purpose>,
  models: ReadonlyMap<string, Model>,
): void {
  for (const purpose of purposes.values()) {
    const outer = purpose.within === undefined ? undefined : purposes.get(purpose.within)
    if (outer === undefined) continue
    if (leadsBack(purpose, purposes)) reportCircle(scope, purpose)
    else for (const model of models.values()) checkModel(scope, model, purpose.name, outer.name)
  }
}

function leadsBack(purpose: Purpose, purposes: ReadonlyMap<string, Purpose>): boolean {
  const seen = new Set<string>()
  for (let at = purpose.within; at !== undefined && !seen.has(at); at = purposes.get(at)?.within) {
    if (at === purpose.name) return true
    seen.add(at)
  }
  return false
}

function reportCircle({ definitions, reporter }: Scope, { name }: Purpose): void {
  const value = definitions.enums.get('Purpose')?.values.find((node) => node.name.value === name)
  const [processing] = value ? directivesNamed(value, 'processing') : []
  const at = processing && argumentOf(processing, 'within')
  if (at) reporter.report('PG235', at, `the purpose \`${name}\` is within itself`)
}

function checkModel(scope: Scope, model: Model, inner: string, outer: string): void {
  const nodes = scope.definitions.objects.get(model.name)?.fields ?? []
  for (const field of model.fields.values())
    checkField(
      scope,
      field,
      nodes.find((node) => node.name.value === field.name),
      inner,
      outer,
    )
}

function checkField(
  { reporter }: Scope,
  { coordinate, permits }: Field,
  node: FieldDefinitionNode | undefined,
  inner: string,
  outer: string,
): void {
  const form = permits.get(inner)
  const outerForm = permits.get(outer)
  if (node === undefined || form === undefined || outerForm === form || outerForm === 'AS_IS') return
  const said = `\`${coordinate}\` serves \`${inner}\` as \`${form}\`, and \`${outer}\`, which it is within,`
  reporter.report(
    'PG236',
    node.name,
    `${said} ${outerForm === undefined ? 'not at all' : `as \`${outerForm}\``}`,
    outerForm === undefined
      ? `declare it for \`${outer}\` too, or not for \`${inner}\``
      : `serve it to \`${inner}\` in the same form`,
  )
}
