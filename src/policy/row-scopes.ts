import type { NameNode } from 'graphql'
import { invariant } from '../invariant.ts'
import type { Model } from './governed-model.ts'
import type { Purpose } from './purpose.ts'
import type { TypeScope } from './scope.ts'
import type { StoredChoice } from './stored-choice.ts'

/**
 * Whether the rules about rows can hold for what each purpose reads: consents exist and are about the same data subjects,
 * objections can be stored, own rows are those of one kind of data subject.
 */
export function checkRowScopes(
  models: ReadonlyMap<string, Model>,
  consents: StoredChoice | undefined,
  scope: TypeScope,
): void {
  const { definitions, purposes } = scope
  const isStored = (choice: 'consent' | 'objection') =>
    [...definitions.objects.values()].some((object) =>
      object.directives.some((directive) => directive.name.value === choice),
    )
  const stored = { consents: isStored('consent'), objections: isStored('objection') }
  for (const value of definitions.enums.get('Purpose')?.values ?? []) {
    const purpose = purposes.get(value.name.value)
    // Without `@processing` there is one finding for that.
    if (!purpose || purpose.roles.length === 0) continue
    if (purpose.basis === 'CONSENT' && !stored.consents)
      scope.reporter.report(
        'PG700',
        value.name,
        `the purpose \`${purpose.name}\` is on \`CONSENT\`, and no type stores consents`,
        'mark the model that stores them with `@consent`',
      )
    if (purpose.basis === 'LEGITIMATE_INTEREST' && !stored.objections)
      scope.reporter.report(
        'PG710',
        value.name,
        `the purpose \`${purpose.name}\` is on \`LEGITIMATE_INTEREST\`, and no type stores objections`,
        'mark the model that stores them with `@objection`: data subjects may object (GDPR Article 21)',
      )
    const read = [...models.values()].filter((model) => isRead(model, purpose))
    if (purpose.basis === 'CONSENT' && consents) checkConsents(read, consents, purpose, scope)
    if (purpose.scope === 'OWN') checkOwn(read, purpose, scope)
  }
}

/** A row about nobody needs nobody's consent. */
function checkConsents(
  read: readonly Model[],
  consents: StoredChoice,
  purpose: Purpose,
  scope: TypeScope,
): void {
  for (const { name, subject } of read)
    if (subject && subject.model !== consents.subject.model)
      scope.reporter.report(
        'PG704',
        nameOf(scope, name),
        `\`${name}\` is read for \`${purpose.name}\` and is about a \`${subject.model}\`; stored consents are those of a \`${consents.subject.model}\``,
        `remove the purpose \`${purpose.name}\` from its fields`,
      )
}

/** One claim names one data subject: were there two kinds, number 3 of the one would read what is about number 3 of the other. */
function checkOwn(read: readonly Model[], purpose: Purpose, scope: TypeScope): void {
  const kind = read.find(({ subject }) => subject)?.subject?.model
  for (const { name, subject } of read)
    if (!subject || subject.model !== kind)
      scope.reporter.report(
        'PG708',
        nameOf(scope, name),
        subject
          ? `\`${name}\` is about a \`${subject.model}\`, and the own rows of \`${purpose.name}\` are those of a \`${kind}\``
          : `\`${name}\` is about nobody, and \`${purpose.name}\` serves own rows`,
        subject
          ? `remove the purpose \`${purpose.name}\` from its fields`
          : 'say with `@subject` whom a row is about',
      )
}

function isRead(model: Model, purpose: Purpose): boolean {
  return [...model.fields.values()].some((field) => field.permits.has(purpose.name))
}

function nameOf({ definitions }: TypeScope, type: string): NameNode {
  const object = definitions.objects.get(type)
  invariant(object, 'a model has a type')
  return object.name
}
