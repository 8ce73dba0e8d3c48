import { type ConstDirectiveNode, Kind } from 'graphql'
import { argumentOf, textArgument } from './arguments.ts'
import type { Entity, StoredField, StoredRelation, StoredScalar } from './data-model.ts'
import { didYouMean } from './did-you-mean.ts'
import type { LegalBasis } from './purpose.ts'
import type { TypeScope } from './scope.ts'
import type { StoredChoice, StoredInstant, StoredPurpose } from './stored-choice.ts'
import { servedTypesOf } from './stored-fit.ts'

/** `@consent` or `@objection`, with the model that it stands on. */
export interface ChoiceSite {
  readonly directive: ConstDirectiveNode
  /** Purposes on this basis look at such choices. */
  readonly basis: LegalBasis
  /** What the model stores, for messages. */
  readonly noun: 'consents' | 'objections'
  readonly entity: Entity
  readonly scope: TypeScope
}

export function purposeColumn(site: ChoiceSite): StoredPurpose | undefined {
  const named = fieldNamed(site, 'purpose', 'an enum or a text', isName)
  if (!named) return undefined
  const { purposes, dataModel, reporter } = site.scope
  const { field, node } = named
  const nullable = site.noun === 'objections' && !field.required
  const stored = dataModel.enums.get(field.enumName ?? '')?.labels
  const labels = new Map<string, string>()
  for (const { name, basis } of purposes.values()) {
    if (basis !== site.basis) continue
    const label = stored ? stored.get(name) : name
    if (label !== undefined) labels.set(name, label)
    // Where a null stands for every purpose, an objection to this one can be stored all the same.
    else if (!nullable)
      reporter.report(
        'PG703',
        node,
        `\`${field.enumName}\` has no value \`${name}\`, so no ${site.noun} for that purpose can be stored`,
        didYouMean(name, stored?.keys() ?? []) ?? `add \`${name}\` to the enum of the data model`,
      )
  }
  return { column: field.column, sqlType: field.sqlType, nullable, labels }
}

export function instantColumn(site: ChoiceSite, argument: string): StoredInstant | undefined {
  const field = fieldNamed(site, argument, 'an instant', isInstant)?.field
  return field && { column: field.column, sqlType: field.sqlType }
}

export function giver(site: ChoiceSite): StoredChoice['givenBy'] {
  const named = fieldNamed(site, 'givenBy', 'a relation to one', isToOne)
  if (!named) return undefined
  const { target, join } = named.field
  const type = site.scope.typeOfEntity.get(target)
  if (type !== undefined) return { model: type, join }
  site.scope.reporter.report('PG702', named.node, `no type stands for the model \`${target}\``)
  return undefined
}

/** An argument that is null would be as good as absent, and what is absent is not looked at. */
export function requireArguments({ directive, scope }: ChoiceSite, names: readonly string[]): void {
  for (const name of names) {
    const value = argumentOf(directive, name)
    if (value?.kind === Kind.NULL)
      scope.reporter.report(
        'PG107',
        value,
        `\`${name}\` of \`@${directive.name.value}\` is a text, not \`null\``,
      )
  }
}

const isName = (field: StoredField): field is StoredScalar =>
  field.kind === 'scalar' && !field.list && (field.type === 'Enum' || field.type === 'String')
const isInstant = (field: StoredField): field is StoredScalar =>
  field.kind === 'scalar' && !field.list && servedTypesOf(field).includes('DateTime')
const isToOne = (field: StoredField): field is StoredRelation => field.kind === 'relation' && !field.list

/** The field of the Prisma model that an argument names; undefined where it is left out, or (reported) missing or of another kind. */
function fieldNamed<F extends StoredField>(
  { directive, entity, scope }: ChoiceSite,
  argument: string,
  wanted: string,
  fits: (field: StoredField) => field is F,
) {
  const path = textArgument(directive, argument, scope)
  if (!path) return undefined
  const field = entity.fields.get(path.text)
  if (field && fits(field)) return { field, node: path.node }
  const fitting = [...entity.fields.values()].filter(fits).map(({ name }) => name)
  scope.reporter.report(
    'PG702',
    path.node,
    field
      ? `\`${argument}\` of \`@${directive.name.value}\` is ${wanted}, and \`${entity.name}.${path.text}\` is not`
      : `the model \`${entity.name}\` has no field \`${path.text}\``,
    didYouMean(path.text, fitting),
  )
  return undefined
}
