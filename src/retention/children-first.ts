import type { DueModel } from './due-model.ts'
import type { ForeignKey } from './foreign-keys.ts'

/** A model with what refers to its rows. */
export interface Referred extends DueModel {
  readonly foreignKeys: readonly ForeignKey[]
}

/**
 * Models so that what refers comes before what it refers to, as far as that is possible: in a circle somebody is first, and
 * another round finds what the first one left.
 */
export function childrenFirst(models: readonly Referred[]): readonly Referred[] {
  const ordered = new Set<Referred>()
  const visiting = new Set<Referred>()
  const visit = (parent: Referred): void => {
    if (ordered.has(parent) || visiting.has(parent)) return
    visiting.add(parent)
    for (const { childName } of parent.foreignKeys)
      for (const child of models) if (child.model.table.name === childName) visit(child)
    ordered.add(parent)
  }
  for (const model of models) visit(model)
  return [...ordered]
}
