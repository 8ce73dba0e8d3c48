import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inFolder, runCli, runHere } from './run-cli.ts'

/** Runs `explain` on an operation in a file. */
const explain = (query: string, ...args: string[]) =>
  inFolder(async (folder) => {
    const file = join(folder, 'operation.graphql')
    await writeFile(file, query)
    return runHere(['explain', ...args, file])
  })

const rowsOf = (stdout: string) => stdout.split('\n').filter((line) => line.startsWith('  rows '))

describe('purpose-gateway explain', () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      'a period that the law asks for, to people without a hold',
      'SUPPORT',
      '{ ticketMessages { nodes { ticket { id } } } }',
      [
        '  rows     SupportTicket  only those within P2Y of `solvedAt`, or without that date (GDPR Article 5(1)(e))',
        '  rows     TicketMessage  only those within P2Y of `ticket.solvedAt`, or without that date (GDPR Article 5(1)(e))',
      ],
    ],
    [
      'a legal hold beside it',
      'LEGAL_OBLIGATION',
      '{ supportTickets { totalCount } }',
      [
        '  rows     SupportTicket  only those within P2Y of `solvedAt`, or without that date (GDPR Article 5(1)(e)), or about a data subject under a legal hold',
      ],
    ],
    [
      'a condition with a claim of the token, and a period',
      'CLIENT_ACCOUNTS',
      '{ invoices { nodes { total } } }',
      [
        '  rows     Invoice  only those that fulfil { customer: { is: { bookkeeper: { is: { id: { equals: the claim firm_id } } } } } }',
        '  rows     Invoice  only those within P5Y of the end of the accounting year of `issuedAt` (Bogføringsloven § 12)',
      ],
    ],
    [
      'own rows',
      'SUBJECT_ACCESS',
      '{ usageEvents { nodes { feature } } }',
      [
        '  rows     UsageEvent  only those about the data subject that the token names',
        '  rows     UsageEvent  only those within P1Y of `occurredAt` (GDPR Article 5(1)(e))',
      ],
    ],
    [
      'objections',
      'SECURITY_REVIEW',
      '{ customers { nodes { id } } }',
      ['  rows     Customer  only those whose data subject has not objected to SECURITY_REVIEW'],
    ],
    [
      'the consent of a person, and who is left out',
      'MARKETING',
      '{ contacts { nodes { email } } }',
      [
        '  rows     Contact  only those of a person who consented to MARKETING and has not withdrawn',
        '  rows     Contact  only those that fulfil { customer: { is: { vulnerability: { equals: null } } } }',
      ],
    ],
  ])('says in words which rows are served: %s', async (_, purpose, query, expected) => {
    const { exitCode, stdout, stderr } = await explain(query, '--purpose', purpose)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(rowsOf(stdout)).toEqual(expected)
    expect(stdout).toContain(`\ngranted for purpose ${purpose}`.trim())
    expect(stdout).toMatch(/\nSQL of \w+\n {2}SELECT /)
    const { rows } = JSON.parse((await explain(query, '--purpose', purpose, '--json')).stdout)
    const words = Object.entries<readonly string[]>(rows).flatMap(([model, limits]) =>
      limits.map((limit) => `  rows     ${model}  only those ${limit}`),
    )
    expect(words).toEqual(expected)
  })

  it('says nothing about the rows of a purpose that is served them all', async () => {
    const { stdout } = await explain('{ customers { nodes { name } } }', '--purpose', 'BILLING')
    expect(rowsOf(stdout)).toEqual([])
  })

  it('names what is blocked and for whom it is not; exit 1, and 0 where it is pruned', async () => {
    const query = '{ customers { nodes { id name } } }'
    const refused = await explain(query, '--purpose', 'MARKET_ANALYSIS')
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout.split('\n').slice(0, 2)).toEqual([
      'refused for purpose MARKET_ANALYSIS',
      '  blocked  Customer.name  at customers.nodes.name',
    ])
    const pruned = await explain(query, '--purpose', 'MARKET_ANALYSIS', '--on-denied', 'prune', '--json')
    expect(pruned.exitCode).toBe(0)
    expect(JSON.parse(pruned.stdout)).toMatchObject({
      decision: 'pruned',
      fields: { 'Customer.id': 'PSEUDONYM' },
      blocked: [{ coordinate: 'Customer.name' }],
    })
  })

  it.each([
    ['no purpose', '{ customers { totalCount } }', [], /no purpose is declared/],
    ['an unknown purpose', '{ customers { totalCount } }', ['--purpose', 'BILLIN'], /no purpose `BILLIN`/],
    ['an unknown field', '{ customers { nope } }', ['--purpose', 'BILLING'], /nope/],
    ['no GraphQL', '{', ['--purpose', 'BILLING'], /Syntax Error/],
  ])('%s: it would not be valid; exit 1', async (_, query, args, message) => {
    const { exitCode, stdout } = await explain(query, ...args)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^invalid\n/)
    expect(stdout).toMatch(message)
  })

  it.each([
    ['variables that are no object', ['--variables', '[SECRET'], /`--variables` must be one JSON object/],
    ['another way to deny', ['--on-denied', 'ignore'], /reject, prune/],
  ])('%s: misuse, exit 2', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await explain('{ a }', '--purpose', 'BILLING', ...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('SECRET')
  })

  it('a file that is not there: misuse, exit 2, in a process of its own', async () => {
    const { exitCode, stdout, stderr } = await runCli(['explain', '/nowhere/x.graphql', '--purpose', 'X'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toBe('purpose-gateway: the file cannot be read: /nowhere/x.graphql (ENOENT)\n')
  })
})
