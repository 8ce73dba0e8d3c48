import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { formatFindings, summaryOf } from '../../src/cli/format-findings.ts'
import type { Finding } from '../../src/policy/finding.ts'
import { schemaReviewedLately } from '../schema-reviewed-lately.ts'
import { inFolder, runCli, runHere } from './run-cli.ts'

const FINDING: Finding = {
  id: 'PG101',
  severity: 'MUST',
  file: 'schema/a.graphql',
  line: 3,
  column: 7,
  message: 'no purpose `BILLIN`',
  help: 'did you mean `BILLING`?',
}

/** The demo's schema with one word misspelt, which is a MUST. */
async function brokenSchema(folder: string): Promise<string> {
  const schemaDir = join(folder, 'schema')
  await cp(schemaReviewedLately(), schemaDir, { recursive: true })
  const file = join(schemaDir, 'customers.graphql')
  await writeFile(file, (await readFile(file, 'utf8')).replace('BILLING', 'BILLIN'))
  return schemaDir
}

const SCRIPT = '/usr/bin/script'

/** In a terminal (`script` of util-linux), where output may be coloured. */
function inTerminal(env: Record<string, string>): Promise<string> {
  const command = `${process.execPath} src/setup.mjs src/cli/main.ts check`
  const { PATH = '', HOME = '' } = process.env
  return new Promise((resolve) => {
    execFile(
      SCRIPT,
      ['-qec', command, '/dev/null'],
      { env: { PATH, HOME, TERM: 'xterm', ...env } },
      (_, stdout) => resolve(stdout),
    )
  })
}

describe.concurrent('purpose-gateway check', () => {
  it('of the demo policy finds nothing that keeps it from starting', async () => {
    const { exitCode, stdout, stderr } = await runCli(['check'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.trim().split('\n').at(-1)).toMatch(/\d+ purposes, \d+ models, \d+ fields$/)
  })

  it('counts the types with filters that no index serves, and lists them when asked; exit 0 either way', async () => {
    const env = { SCHEMA_DIR: schemaReviewedLately() }
    const [plain, listed] = await Promise.all([runHere(['check'], env), runHere(['check', '--indexes'], env)])
    const [, types] =
      /^lists of (\d+) types can be filtered by fields without an index; `check --indexes` lists them$/m.exec(
        plain.stdout,
      ) ?? []
    expect(plain.stdout).not.toContain('PG416')
    expect(listed.stdout).not.toContain('lists them')
    expect(listed.stdout.match(/ PG416 /g)).toHaveLength(Number(types))
    expect([plain.exitCode, listed.exitCode]).toEqual([0, 0])
  })

  it('works in a build where nothing else is configured, or wrongly', async () => {
    const { exitCode } = await runHere(['check'], { NODE_ENV: 'production', PORT: 'x' })
    expect(exitCode).toBe(0)
  })

  it('names file, line and column of a finding, and what to do; exit 1', () =>
    inFolder(async (folder) => {
      const { exitCode, stdout, stderr } = await runCli(['check'], { SCHEMA_DIR: await brokenSchema(folder) })
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
      expect(stdout).toMatch(/^\S*customers\.graphql:\d+:\d+ {2}MUST {4}PG\d+ {2}.*`BILLIN`/m)
      expect(stdout).toMatch(/^ {2}help: did you mean `BILLING`\?$/m)
      expect(stdout.trim().split('\n').at(-1)).toMatch(/^\d+ findings?: \d+ MUST, \d+ SHOULD/)
    }))

  it('`--json` is one object with the same content', () =>
    inFolder(async (folder) => {
      const bad = await runCli(['check', '--json'], { SCHEMA_DIR: await brokenSchema(folder) })
      const { findings, must, policy } = JSON.parse(bad.stdout) as Record<string, unknown>
      expect(bad.exitCode).toBe(1)
      expect({ must: Number(must) > 0, policy }).toEqual({ must: true, policy: null })
      expect(findings).toContainEqual(
        expect.objectContaining({ severity: 'MUST', file: expect.stringMatching(/customers\.graphql$/) }),
      )
      const good = await runHere(['check', '--json'])
      expect(good.exitCode).toBe(0)
      expect(JSON.parse(good.stdout)).toMatchObject({
        must: 0,
        policy: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
    }))

  it.each([
    ['a schema folder', { SCHEMA_DIR: '/nowhere/schema' }, /SCHEMA_DIR/],
    ['a data model', { PRISMA_SCHEMA: '/nowhere/schema.prisma' }, /data model/],
  ])('without %s is misuse, exit 2', async (_, env, message) => {
    const { exitCode, stdout, stderr } = await runHere(['check'], env)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^purpose-gateway: [^\n]+\n$/)
    expect(stderr).toMatch(message)
  })

  it.skipIf(!existsSync(SCRIPT))('is coloured in a terminal only, and not with NO_COLOR', () =>
    inFolder(async (folder) => {
      const SCHEMA_DIR = await brokenSchema(folder)
      const coloured = await inTerminal({ SCHEMA_DIR })
      const plain = await inTerminal({ SCHEMA_DIR, NO_COLOR: '1' })
      expect(coloured).toContain('\u001b[31mMUST')
      expect(plain).toContain('MUST')
      expect(stripVTControlCharacters(coloured)).toBe(plain)
      expect(plain).not.toContain('\u001b')
      expect((await runCli(['check'], { SCHEMA_DIR, TERM: 'xterm' })).stdout).not.toContain('\u001b')
    }),
  )
})

describe('lines for a person', () => {
  it('stand in columns, help below', () => {
    expect(formatFindings([FINDING, { ...FINDING, severity: 'SHOULD', help: undefined }], false)).toEqual([
      'schema/a.graphql:3:7  MUST    PG101  no purpose `BILLIN`',
      '  help: did you mean `BILLING`?',
      'schema/a.graphql:3:7  SHOULD  PG101  no purpose `BILLIN`',
    ])
  })

  it('end in a count', () => {
    expect(summaryOf([FINDING], undefined)).toMatch(/^1 finding: 1 MUST, 0 SHOULD/)
  })
})
