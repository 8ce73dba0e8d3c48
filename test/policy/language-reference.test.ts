import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import { readPolicySources } from '../../src/policy/read-sources.ts'
import { RULES } from '../../src/policy/rules.ts'
import { FITS, TRANSFORMS } from '../../src/policy/transform.ts'
import { dataModelOf } from '../data-model-of.ts'

const reference = readFileSync('docs/policy-language.md', 'utf8')
const rows = reference.split('\n').filter((line) => line.startsWith('| '))

it('lists the findings of the checker', () => {
  const expected = Object.entries(RULES).map(([id, rule]) => `| ${id} | ${rule.severity} | ${rule.meaning} |`)
  expect(rows.filter((row) => row.startsWith('| PG'))).toEqual(expected)
})

it('lists the transforms and what they fit', () => {
  for (const transform of TRANSFORMS) {
    const fitting = rows
      .find((row) => row.startsWith(`| \`${transform}\` `))
      ?.split('|')
      .at(-2)
    expect(fitting, transform).toBeDefined()
    if (transform === 'AS_IS') continue
    expect([...(fitting ?? '').matchAll(/\w+/g)].map(String).sort()).toEqual([...FITS[transform]].sort())
  }
})

it('shows a policy that compiles', async () => {
  const text = /```graphql\n([\s\S]*?)```/.exec(reference)?.[1] ?? ''
  const language = await readPolicySources('directives', 'directives')
  const dataModel = dataModelOf(`
    datasource db {
      provider = "postgresql"
    }
    model Customer {
      id       Int       @id
      email    String?
      invoices Invoice[]
    }
    model Invoice {
      id         Int      @id
      total      Decimal
      customerId Int
      customer   Customer @relation(fields: [customerId], references: [id])
      @@index([customerId])
    }`)
  expect(compilePolicy([...language, { file: 'example.graphql', text }], dataModel).findings).toEqual([])
})
