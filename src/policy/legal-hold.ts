import type { ConstDirectiveNode } from 'graphql'
import { namesArgument, textArgument } from './arguments.ts'
import type { Entity } from './data-model.ts'
import type { ObjectDefinition } from './definitions.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Model } from './governed-model.ts'
import type { HoldDate, LegalHold } from './keeping.ts'
import { directivesNamed, type TypeScope } from './scope.ts'
import { dateTypeOf } from './stored-date.ts'
import type { SubjectPath } from './subject-path.ts'

/** What makes a row of the type a legal hold on its data subject; undefined where it is none, or (reported) cannot be. */
export function legalHoldOf(
  object: ObjectDefinition,
  entity: Entity | undefined,
  subject: SubjectPath | undefined,
  scope: TypeScope,
): LegalHold | undefined {
  const [directive] = directivesNamed(object, 'legalHold')
  if (directive === undefined) return undefined
  const readableFor = namesArgument(directive, 'readableFor', 'Purpose', scope)
  for (const name of readableFor) {
    const basis = scope.purposes.get(name.value)?.basis
    if (basis !== undefined && basis !== 'LEGAL_OBLIGATION')
      scope.reporter.report(
        'PG729',
        name,
        `a legal hold keeps rows readable for \`${name.value}\`, which has the basis \`${basis}\``,
        'past their retention, rows serve a legal obligation and nothing else',
      )
  }
  if (directivesNamed(object, 'subject').length === 0)
    scope.reporter.report(
      'PG728',
      directive,
      `\`${object.name.value}\` does not say on whom a hold is`,
      'add `@subject(path: "…")`',
    )
  const since = instantOf(directive, 'since', object, entity, scope)
  const until = instantOf(directive, 'until', object, entity, scope)
  if (!since || !subject) return undefined
  return { since, until, readableFor: [...new Set(readableFor.map((name) => name.value))].sort() }
}

/** One type holds the holds on one kind of subject: of two, either could be forgotten. */
export function checkLegalHolds(models: Iterable<Model>, { definitions, reporter }: TypeScope): void {
  const holders = new Map<string, string>()
  for (const { name, legalHold, subject } of models) {
    if (!legalHold || !subject) continue
    const first = holders.get(subject.model)
    const directive = directivesNamed(definitions.objects.get(name) ?? {}, 'legalHold')[0]
    if (first === undefined) holders.set(subject.model, name)
    else if (directive)
      reporter.report(
        'PG728',
        directive,
        `\`${first}\` and \`${name}\` both hold the legal holds on \`${subject.model}\``,
        'keep them in one model',
      )
  }
}

function instantOf(
  directive: ConstDirectiveNode,
  name: 'since' | 'until',
  object: ObjectDefinition,
  entity: Entity | undefined,
  scope: TypeScope,
): HoldDate | undefined {
  const text = textArgument(directive, name, scope)
  if (!text || !entity) return undefined
  const field = entity.fields.get(text.text)
  if (field?.kind === 'scalar' && dateTypeOf(field) === 'DateTime' && (field.required || name === 'until'))
    return { field: text.text, column: field.column, sqlType: field.sqlType }
  const wrong =
    field === undefined
      ? `the model \`${entity.name}\` has no field \`${text.text}\``
      : field.kind === 'scalar' && dateTypeOf(field) === 'DateTime'
        ? `\`${entity.name}.${text.text}\` can be null, and a hold of \`${object.name.value}\` has a beginning`
        : `\`${entity.name}.${text.text}\` is not an instant`
  const instants = [...entity.fields.values()].filter(
    (other) => other.kind === 'scalar' && dateTypeOf(other) === 'DateTime',
  )
  scope.reporter.report(
    'PG727',
    text.node,
    wrong,
    field === undefined
      ? didYouMean(
          text.text,
          instants.map((other) => other.name),
        )
      : undefined,
  )
  return undefined
}
