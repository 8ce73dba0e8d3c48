import { type Finding, type FindingKind, inOrder } from './finding.ts'

/** The findings of one verification, in bounded memory. */
export interface FindingList {
  report(finding: Finding): void
  /** How many there are, also of those that are not kept. */
  readonly count: number
  /** The first ones of each kind, in order of their index. */
  kept(): readonly Finding[]
}

/** @param keep how many of each kind are kept */
export function createFindingList(keep = 20): FindingList {
  const byKind = new Map<FindingKind, Finding[]>()
  let count = 0
  return {
    report(finding) {
      count++
      const list = byKind.get(finding.kind) ?? []
      byKind.set(finding.kind, list)
      if (list.length < keep) list.push(finding)
    },
    get count() {
      return count
    },
    kept: () => inOrder([...byKind.values()].flat()),
  }
}
