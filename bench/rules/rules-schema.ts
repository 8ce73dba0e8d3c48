import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What is changed of the demo's schema so that two purposes differ in one rule alone: MARKETING and SERVICE_IMPROVEMENT may see
 * the customer's number, so that their lists have the order of the key, and MARKETING's condition on another column is gone.
 */
const CHANGES: readonly (readonly [file: string, before: string, after: string])[] = [
  [
    'customers.graphql',
    'SUBJECT_ACCESS, SECURITY_REVIEW, CLIENT_ACCOUNTS])\n          @purpose(for: [SERVICE_IMPROVEMENT, MARKET_ANALYSIS], as: PSEUDONYM)',
    'SUBJECT_ACCESS, SECURITY_REVIEW, CLIENT_ACCOUNTS, MARKETING, SERVICE_IMPROVEMENT])\n          @purpose(for: [MARKET_ANALYSIS], as: PSEUDONYM)',
  ],
  [
    'customers.graphql',
    'type Customer @model @subject\n  @rows(for: [MARKETING, PARTNER_OFFERS]',
    'type Customer @model @subject\n  @rows(for: [PARTNER_OFFERS]',
  ],
]

/**
 * Writes the schema that the rules are measured under.
 *
 * @throws Error where the demo's schema is no longer written as expected
 */
export async function writeRulesSchema(directory: string): Promise<void> {
  await cp('schema', directory, { recursive: true })
  for (const [file, before, after] of CHANGES) {
    const path = join(directory, file)
    const text = await readFile(path, 'utf8')
    if (!text.includes(before)) throw new Error(`bench/rules/rules-schema.ts does not fit schema/${file}`)
    await writeFile(path, text.replace(before, after))
  }
}
