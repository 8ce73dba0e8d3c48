import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signDevelopmentToken } from '../../src/identity/development-issuer.ts'
import { openDevelopmentKey } from '../../src/identity/development-key.ts'
import { openTokenVerifier } from '../../src/identity/open-token-verifier.ts'
import { parseConfig } from '../../src/parse-config.ts'
import { makeKey, sign, startIssuer } from './issuer-server.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'issuer-')), 'data')
})
afterEach(() => rm(join(dataDir, '..'), { recursive: true }))

const CLAIMS = { subject: 'ane', app: 'invoicing', roles: ['A', 'B'], purposes: ['X', 'Y'], ttlSeconds: 60 }
const FILE = 'development-issuer.json'

async function key() {
  const opened = await openDevelopmentKey(dataDir)
  if (opened.kind === 'unusable') throw new Error(opened.message)
  return opened.key
}

async function verifier(env: Record<string, string> = {}) {
  const parsed = parseConfig({ DATA_DIR: dataDir, ...env }, '/')
  if (!parsed.ok) throw new Error(parsed.problems.join())
  const opened = await openTokenVerifier(parsed.config, () => Date.now())
  if (opened.kind === 'unusable') throw new Error(opened.message)
  return opened.verifierOf([])
}

describe('the development key', () => {
  it('is made once, and only its owner may read it', async () => {
    const made = await key()
    expect(await key()).toEqual(made)
    expect((await stat(join(dataDir, FILE))).mode & 0o777).toBe(0o600)
    expect(await readdir(dataDir)).toEqual([FILE])
    expect(made.publicJwk).not.toHaveProperty('d')
  })

  it('is the same for all who make it at the same time, in one process and in many', async () => {
    const code = `import { openDevelopmentKey } from './src/identity/development-key.ts'
      const opened = await Promise.all([1, 2, 3].map(() => openDevelopmentKey(${JSON.stringify(dataDir)})))
      console.log(opened.map((o) => o.key?.kid ?? o.message).join('\\n'))`
    const outputs = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code])
        let output = ''
        for await (const chunk of child.stdout) output += chunk
        return output.trim().split('\n')
      }),
    )
    expect(outputs.flat()).toEqual(Array(12).fill((await key()).kid))
    expect(await readdir(dataDir)).toEqual([FILE])
  })

  it.each(['', '{}', '{"kty":"oct","k":"AAAA"}', 'null', '{"kty":"EC"'])(
    '`%s` in its file is not a key',
    async (text) => {
      await key()
      await writeFile(join(dataDir, FILE), text)
      expect(await openDevelopmentKey(dataDir)).toMatchObject({
        kind: 'unusable',
        message: expect.stringMatching(/delete it/),
      })
    },
  )

  it('where it cannot be made, the reason is named without the path', async () => {
    await writeFile(dataDir, '')
    await chmod(dataDir, 0o600)
    const opened = await openDevelopmentKey(dataDir)
    expect(opened).toMatchObject({ kind: 'unusable', message: expect.stringMatching(/ENOTDIR|EEXIST/) })
    expect(JSON.stringify(opened)).not.toContain(dataDir)
  })
})

describe('the verifier of a configuration', () => {
  it('takes development tokens where no issuer is configured', async () => {
    const token = await signDevelopmentToken(await key(), { ...CLAIMS, now: Date.now() })
    expect(await (await verifier()).verify(`Bearer ${token}`)).toMatchObject({
      kind: 'verified',
      principal: { subject: 'ane', app: 'invoicing', roles: ['A', 'B'], purposes: ['X', 'Y'] },
    })
    const old = await signDevelopmentToken(await key(), { ...CLAIMS, now: Date.now() - 66_000 })
    expect(await (await verifier()).verify(`Bearer ${old}`)).toMatchObject({ code: 'TOKEN_EXPIRED' })
  })

  it('takes tokens of the configured issuer only, by key address or by discovery', async () => {
    const issuer = await startIssuer()
    const own = await makeKey('own')
    issuer.publish(own.jwk)
    const exp = Date.now() / 1000 + 60
    const token = await sign(own, {
      iss: issuer.url,
      aud: 'crm',
      sub: 'bo',
      azp: 'app',
      exp,
      r: { x: ['A'] },
    })
    const development = await signDevelopmentToken(await key(), { ...CLAIMS, now: Date.now() })
    const common = { TOKEN_AUDIENCE: 'crm', TOKEN_ROLES_CLAIM: 'r.x' }
    for (const env of [
      { ...common, OIDC_ISSUER: issuer.url },
      { ...common, JWKS_URL: issuer.jwksUrl },
      { ...common, JWKS_URL: issuer.jwksUrl, OIDC_ISSUER: issuer.url },
    ]) {
      const subject = await verifier(env)
      expect(await subject.verify(`Bearer ${token}`)).toMatchObject({
        principal: { subject: 'bo', roles: ['A'] },
      })
      expect(await subject.verify(`Bearer ${development}`)).toMatchObject({ code: 'UNAUTHENTICATED' })
    }
    await issuer.close()
  })

  it('never takes development tokens in production', async () => {
    const parsed = parseConfig({ DATA_DIR: dataDir }, '/')
    if (!parsed.ok) throw new Error('not parsed')
    await expect(openTokenVerifier({ ...parsed.config, production: true }, Date.now)).rejects.toThrow(
      /production/,
    )
    expect(parseConfig({ NODE_ENV: 'production' }, '/')).toMatchObject({ ok: false })
  })
})
