import type { ConstDirectiveNode } from 'graphql'
import type { DataModel } from './data-model.ts'
import type { Definitions } from './definitions.ts'
import type { Category } from './policy.ts'
import type { Purpose } from './purpose.ts'
import type { Reporter } from './reporter.ts'

/** What every step of the compiler sees. */
export interface Scope {
  readonly definitions: Definitions
  readonly dataModel: DataModel
  readonly reporter: Reporter
}

export interface Mapping {
  /** GraphQL type → Prisma model. */
  readonly entityOfType: ReadonlyMap<string, string>
  /** Prisma model → the GraphQL type that governs it. */
  readonly typeOfEntity: ReadonlyMap<string, string>
}

/** What the steps that read types see as well. */
export interface TypeScope extends Scope, Mapping {
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly categories: ReadonlyMap<string, Category>
}

export function directivesNamed(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name)
}
