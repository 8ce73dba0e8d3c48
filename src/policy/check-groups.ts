import type { Declaration } from './declarations.ts'
import type { ObjectDefinition } from './definitions.ts'
import type { Field } from './governed-model.ts'
import type { TypeScope } from './scope.ts'
import type { SubjectPath } from './subject-path.ts'

/** A pseudonym stands for one person (GDPR Article 4(5)); figures about groups have no use for it. */
export function checkGroupForms(
  declarations: readonly Declaration[],
  coordinate: string,
  { purposes, reporter }: TypeScope,
): void {
  for (const { purpose, transform, transformNode } of declarations)
    if (transform === 'PSEUDONYM' && transformNode && purposes.get(purpose)?.groups)
      reporter.report(
        'PG715',
        transformNode,
        `\`${coordinate}\` is \`PSEUDONYM\` for \`${purpose}\`, which is served groups only`,
        'a pseudonym singles one out; remove the purpose',
      )
}

/** Groups are counted in data subjects: where rows are about nobody, no group is ever large enough. */
export function checkGroupSubject(
  object: ObjectDefinition,
  fields: Iterable<Field>,
  subject: SubjectPath | undefined,
  { purposes, reporter }: TypeScope,
): void {
  if (subject !== undefined) return
  const declared = new Set([...fields].flatMap((field) => [...field.permits.keys()]))
  for (const purpose of declared)
    if (purposes.get(purpose)?.groups)
      reporter.report(
        'PG716',
        object.name,
        `\`${object.name.value}\` is about nobody, so \`${purpose}\`, which is served groups only, never reads it`,
        'add `@subject`, or remove the purpose',
      )
}
