import { describe, expect, it } from 'vitest'
import { parseSigner, parseVerifier } from '../../src/audit/note/note-key.ts'
import { openCheckpointKeys } from '../../src/audit/signing/checkpoint-keys.ts'
import { runCli, runHere } from './run-cli.ts'

const NAME = 'gateway.example.dk/audit/2026'

/** Both halves of what a new key is: one that signs, and one that believes it. */
function expectKeys(secret: string, verifierKey: string): void {
  const signer = parseSigner(secret)
  const verifier = parseVerifier(verifierKey)
  expect([signer?.name, verifier?.name]).toEqual([NAME, NAME])
  const text = Buffer.from('a note')
  const signature = signer?.sign(text) ?? Buffer.of()
  expect(verifier?.verify(text, signature)).toBe(true)
  expect(verifier?.verify(Buffer.from('another'), signature)).toBe(false)
}

describe.concurrent('purpose-gateway audit key', () => {
  it('prints the secret part on standard output and the public one beside it', async () => {
    const { exitCode, stdout, stderr } = await runCli(['audit', 'key', '--name', NAME])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^PRIVATE\+KEY\+\S+\n$/)
    expect(stderr).toMatch(/^public: \S+\n$/)
    expect(stderr).not.toContain('PRIVATE')
    expectKeys(stdout.trim(), stderr.trim().slice('public: '.length))
  })

  it('`--json` is one object with both, and a gateway takes what it prints', async () => {
    const { exitCode, stdout, stderr } = await runHere(['audit', 'key', '--name', NAME, '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const { key, verifierKey, ...more } = JSON.parse(stdout)
    expect(more).toEqual({})
    expectKeys(key, verifierKey)
    const [signer] = await openCheckpointKeys({ key, keyFile: undefined, dataDir: '/nowhere' })
    expect(signer?.encoded()).toBe(key)
  })

  it('is another key each time', async () => {
    const made = await Promise.all([1, 2, 3].map(() => runHere(['audit', 'key', '--name', NAME])))
    expect(new Set(made.map(({ stdout }) => stdout)).size).toBe(3)
  })

  it.each([
    ['no name', []],
    ['an empty one', ['--name', '']],
    ['one with a space', ['--name', 'a b']],
    ['one with a plus', ['--name', 'a+b']],
    ['one of two lines', ['--name', 'a\nb']],
  ])('%s is misuse, exit 2, and makes none', async (_, args) => {
    const { exitCode, stdout, stderr } = await runHere(['audit', 'key', ...args])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/name/)
    expect(stderr).not.toMatch(/PRIVATE|^\s+at /m)
  })
})
