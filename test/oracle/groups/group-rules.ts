import type { Rules } from '../walker.ts'

/** What the policy says about groups, read from its text: purpose → its rule, model → the path to whom a row is about. */
export interface GroupRules {
  readonly purposes: ReadonlyMap<string, { readonly smallest: number; readonly noise: number }>
  readonly subjects: ReadonlyMap<string, readonly string[]>
}

export function groupRulesOf(sources: readonly string[]): GroupRules {
  const text = sources.join('\n')
  const purposes = [...text.matchAll(/^ {2}(\w+) @processing\(([\s\S]*?)\)$/gm)].flatMap(
    ([, name = '', args = '']) => {
      const smallest = /smallestGroup: (\d+)/.exec(args)?.[1]
      const noise = /noise: ([\d.]+)/.exec(args)?.[1] ?? '1'
      return smallest === undefined
        ? []
        : [[name, { smallest: Number(smallest), noise: Number(noise) }] as const]
    },
  )
  const types = text.matchAll(/^type (\w+) [^{\n]*@subject(?:\(path: "([^"]*)"\))?/gm)
  const subjects = [...types].map(
    ([, name = '', path = '']) => [name, path === '' ? [] : path.split('.')] as const,
  )
  return { purposes: new Map(purposes), subjects: new Map(subjects) }
}

/** The rules without the purposes that are served groups only: rows are for the others. */
export function rulesOfRows(rules: Rules, groups: GroupRules): Rules {
  const purposes = [...rules.purposes].filter(([name]) => !groups.purposes.has(name))
  return { ...rules, purposes: new Map(purposes) }
}
