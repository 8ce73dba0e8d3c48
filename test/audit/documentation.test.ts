import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { AUDITOR_GRANTS } from '../../src/audit/grants.ts'
import { leafHash } from '../../src/audit/leaf.ts'
import { encodeRecords } from '../../src/audit/record.ts'
import { COMMITMENT_TTL_MS } from '../../src/audit/salts.ts'
import { canonicalJson } from '../../src/canonical-json.ts'
import { accessOf, refusalOf } from './accesses.ts'

const document = await readFile(new URL('../../docs/audit.md', import.meta.url), 'utf8')

it('docs/audit.md shows a record with its true hash', () => {
  const example = /```json\n(.*)\n```/.exec(document)?.[1] ?? ''
  expect(canonicalJson(JSON.parse(example))).toBe(example)
  expect(document).toContain(`\`${leafHash(Buffer.from(example)).toString('hex')}\``)
})

it('docs/audit.md names every member of a record', () => {
  const subjects = Array.from({ length: 3_000 }, (_, i) => `subject ${i}`)
  const context = {
    id: 'id',
    instance: 'instance',
    commitments: subjects,
    folded: { count: 2, first: 0, last: 1 },
  }
  const access = accessOf({ justification: 'why', blocked: refusalOf().blocked })
  const members = Object.keys(
    Object.assign({}, ...encodeRecords(access, context).map((b) => JSON.parse(b.toString()))),
  )
  const rows = document.split('\n').filter((line) => line.startsWith('| `'))
  for (const member of members)
    expect(rows.some((row) => row.split('|')[1]?.includes(`\`${member}\``))).toBe(true)
})

it('docs/audit.md says what the auditor may do, and how long a commitment is remembered', () => {
  for (const { table, privileges } of AUDITOR_GRANTS)
    expect(document).toContain(`| \`${table.name}\` | ${privileges.join(', ')} |`)
  expect(document).toContain(`**${COMMITMENT_TTL_MS / 1000} seconds**`)
})
