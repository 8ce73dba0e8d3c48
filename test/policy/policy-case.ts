import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataModel } from '../../src/policy/data-model.ts'
import type { PolicySource } from '../../src/policy/policy-source.ts'
import { dataModelOf } from '../data-model-of.ts'

export const CASES = 'test/cases/policy'

const dataModel = dataModelOf(readFileSync(join(CASES, 'common/data.prisma'), 'utf8'))

/**
 * The sources of one case: the language, the common files, and those of the case. A file of the case takes the place of
 * the common one of the same name; an empty one takes it away.
 */
export function policyCase(name: string): { sources: readonly PolicySource[]; dataModel: DataModel } {
  const files = new Map<string, string>()
  collect('directives', 'directives/', files)
  collect(join(CASES, 'common'), '', files)
  collect(join(CASES, name), '', files)
  const sources = [...files].flatMap(([file, text]) => (text === '' ? [] : [{ file, text }]))
  return { sources, dataModel }
}

export function policyCaseNames(): readonly string[] {
  return readdirSync(CASES).filter((name) => name !== 'common')
}

function collect(dir: string, prefix: string, files: Map<string, string>): void {
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.graphql')) files.set(prefix + name, readFileSync(join(dir, name), 'utf8'))
}
