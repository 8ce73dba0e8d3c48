import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/cli/duration.ts'
import { openTokenVerifier } from '../../src/identity/open-token-verifier.ts'
import { parseConfig } from '../../src/parse-config.ts'
import { inFolder, runCli, runHere } from './run-cli.ts'

const ANE = ['token', '--sub', 'ane', '--app', 'invoicing']

async function principalOf(dataDir: string, token: string, claims: readonly string[] = []) {
  const parsed = parseConfig({ DATA_DIR: dataDir }, '/')
  if (!parsed.ok) throw new Error('not parsed')
  const opened = await openTokenVerifier(parsed.config, Date.now)
  if (opened.kind === 'unusable') throw new Error(opened.message)
  return opened.verifierOf(claims).verify(`Bearer ${token}`)
}

describe.concurrent('purpose-gateway token', () => {
  it('prints a token that the gateway takes, and nothing else', () =>
    inFolder(async (DATA_DIR) => {
      const args = [...ANE, '--role', 'BILLING_CLERK', '--purpose', 'BILLING']
      const { exitCode, stdout, stderr } = await runCli(args, { DATA_DIR })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toMatch(/^[\w.-]+\n$/)
      const principal = { subject: 'ane', app: 'invoicing', roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
      expect(await principalOf(DATA_DIR, stdout.trim())).toMatchObject({ kind: 'verified', principal })
      const { iat = 0, exp = 0 } = decodeJwt(stdout.trim())
      expect(exp - iat).toBe(3_600)
      const [file = ''] = await readdir(DATA_DIR)
      expect((await stat(join(DATA_DIR, file))).mode & 0o777).toBe(0o600)
    }))

  it('takes lists by repetition and commas, and a time; `--json` says it all', () =>
    inFolder(async (DATA_DIR) => {
      const lists = [
        '--role',
        'BILLING_CLERK,ACCOUNTANT',
        '--role',
        'SUPPORT_AGENT',
        '--purpose',
        'BILLING, SUPPORT',
      ]
      const { exitCode, stdout } = await runHere([...ANE, ...lists, '--ttl', '15m', '--json'], { DATA_DIR })
      const told = JSON.parse(stdout) as { token: string; expiresAt: string }
      const roles = ['BILLING_CLERK', 'ACCOUNTANT', 'SUPPORT_AGENT']
      const purposes = ['BILLING', 'SUPPORT']
      expect(exitCode).toBe(0)
      expect(told).toMatchObject({ subject: 'ane', app: 'invoicing', roles, purposes })
      expect(await principalOf(DATA_DIR, told.token)).toMatchObject({ principal: { roles, purposes } })
      const { iat = 0, exp = 0 } = decodeJwt(told.token)
      expect(exp - iat).toBe(900)
      expect(Date.parse(told.expiresAt)).toBe(exp * 1000)
    }))

  it('stands for a data subject, and carries claims, more than once a list', () =>
    inFolder(async (DATA_DIR) => {
      const more = ['--data-subject', '41', '--claim', 'firm_id=41', '--claim', 'area=north=west']
      const lists = ['--claim', 'team=a', '--claim', 'team=b', '--claim', 'team=a', '--claim', 'empty=']
      const args = [...ANE, '--role', 'CUSTOMER', '--purpose', 'SUBJECT_ACCESS', ...more, ...lists]
      const { exitCode, stdout, stderr } = await runCli([...args, '--json'], { DATA_DIR })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      const claims = { firm_id: '41', area: 'north=west', team: ['a', 'b', 'a'], empty: '' }
      const { token, ...told } = JSON.parse(stdout)
      expect(told).toMatchObject({ subject: 'ane', dataSubject: '41', claims })
      expect(decodeJwt(token)).toMatchObject({ ...claims, data_subject: '41', sub: 'ane' })
      const asked = ['firm_id', 'team', 'nobody']
      expect(await principalOf(DATA_DIR, token, asked)).toMatchObject({
        kind: 'verified',
        principal: {
          dataSubject: ['41'],
          claims: new Map<string, unknown>([
            ['firm_id', '41'],
            ['team', ['a', 'b', 'a']],
          ]),
        },
      })
      const plain = JSON.parse((await runHere([...ANE, '--json'], { DATA_DIR })).stdout)
      expect(Object.keys(plain)).toEqual(['token', 'subject', 'app', 'roles', 'purposes', 'expiresAt'])
      expect(await principalOf(DATA_DIR, plain.token, asked)).toMatchObject({
        kind: 'verified',
        principal: { dataSubject: undefined, claims: new Map() },
      })
    }))

  it.each([
    ['firm_id'],
    ['=41'],
    ['firm id=41'],
    ['sub=bo'],
    ['roles=COMPLIANCE_OFFICER'],
    ['scope=purpose:LEGAL_OBLIGATION'],
    ['scp=purpose:LEGAL_OBLIGATION'],
    ['azp=desk'],
    ['client_id=desk'],
    ['data_subject=3'],
    ['exp=9999999999'],
    ['nbf=0'],
    ['iss=somebody'],
    ['aud=else'],
    ['iat=0'],
    ['__proto__=x'],
  ])('signs nothing with `--claim %s`: no claim, or one that has an option', (claim) =>
    inFolder(async (DATA_DIR) => {
      const { exitCode, stdout, stderr } = await runHere([...ANE, '--claim', claim], { DATA_DIR })
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toMatch(/such as firm_id=41/)
      expect(await readdir(DATA_DIR)).toEqual([])
    }),
  )

  it('warns of what the policy does not know, and signs all the same', () =>
    inFolder(async (DATA_DIR) => {
      const args = [...ANE, '--role', 'BILLING_CLRK', '--purpose', 'BILLIN', '--purpose', 'SUPPORT']
      const { exitCode, stdout, stderr } = await runCli(args, { DATA_DIR })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^[\w.-]+\n$/)
      expect(stderr.trim().split('\n')).toEqual([
        'warning: the policy has no role `BILLING_CLRK`: did you mean `BILLING_CLERK`?',
        'warning: the policy has no purpose `BILLIN`: did you mean `BILLING`?',
        expect.stringMatching(/^warning: for the purpose `SUPPORT` one needs a role of `/),
      ])
    }))

  it('works without a policy, and says that names are not checked', () =>
    inFolder(async (DATA_DIR) => {
      const env = { DATA_DIR, SCHEMA_DIR: join(DATA_DIR, 'none') }
      const { exitCode, stdout, stderr } = await runHere([...ANE, '--role', 'X'], env)
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^[\w.-]+\n$/)
      expect(stderr).toMatch(/names are not checked/)
    }))

  it.each([
    ['production', { NODE_ENV: 'production' }, /production/],
    ['an issuer', { OIDC_ISSUER: 'https://x.example', TOKEN_AUDIENCE: 'x' }, /OIDC_ISSUER/],
    [
      'an issuer in production',
      {
        NODE_ENV: 'production',
        OIDC_ISSUER: 'https://x.example',
        TOKEN_AUDIENCE: 'x',
        DATABASE_URL: 'postgres://x/y',
        GATEWAY_SECRET: 'x'.repeat(32),
        CHECKPOINT_KEY_FILE: 'key',
      },
      /OIDC_ISSUER/,
    ],
  ])('signs nothing with %s', (_, env, message) =>
    inFolder(async (DATA_DIR) => {
      const { exitCode, stdout, stderr } = await runHere(ANE, { DATA_DIR, ...env })
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toMatch(message)
      expect(await readdir(DATA_DIR)).toEqual([])
    }),
  )

  it.each([
    [['--role', 'a\tb'], /claim `roles`/],
    [['--purpose', 'A purpose:B'], /no space/],
    [['--sub', 'a\nb'], /names no subject/],
  ])('refuses %j, which the gateway would refuse too', (more, message) =>
    inFolder(async (DATA_DIR) => {
      const { exitCode, stdout, stderr } = await runHere([...ANE, ...more], { DATA_DIR })
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toMatch(message)
    }),
  )

  it('says what is wrong with a key or folder that cannot be used, without a stack', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '')
      const inFile = await runHere(ANE, { DATA_DIR: join(folder, 'file') })
      await mkdir(join(folder, 'data'))
      await writeFile(join(folder, 'data', 'development-issuer.json'), '{}')
      const broken = await runHere(ANE, { DATA_DIR: join(folder, 'data') })
      for (const { exitCode, stdout, stderr } of [inFile, broken]) {
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
        expect(stderr).toMatch(/^purpose-gateway: the development issuer's key, .* is not usable: .*\n$/)
      }
    }))
})

describe('a duration', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['1h', 3_600],
    ['7d', 604_800],
    ['0', undefined],
    ['0h', undefined],
    ['', undefined],
    ['h', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    ['1 h', undefined],
    ['1H', undefined],
    ['9999999999', undefined],
  ])('`%s` is %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })
})
