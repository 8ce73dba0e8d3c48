import type { Referred } from './children-first.ts'
import { type EraseOptions, eraseBatch } from './erase-batch.ts'

/**
 * Erases everything that is due and can go, batch by batch, children before what they refer to; round after round until one
 * finds nothing, because a row that is gone may set free another. What is done is done: a run that was interrupted is resumed
 * by another, which finds what is left.
 *
 * @param models in the order of `childrenFirst`
 * @returns rows erased, by model
 */
export async function eraseDue(
  options: EraseOptions,
  models: readonly Referred[],
  onBatch: (of: Referred, erased: number) => void,
): Promise<ReadonlyMap<string, number>> {
  const erased = new Map<string, number>()
  for (let found = true; found; ) {
    found = false
    for (const of of models)
      for (let rows = await eraseBatch(options, of); rows > 0; rows = await eraseBatch(options, of)) {
        const sum = (erased.get(of.model.name) ?? 0) + rows
        erased.set(of.model.name, sum)
        onBatch(of, sum)
        found = true
      }
  }
  return erased
}
