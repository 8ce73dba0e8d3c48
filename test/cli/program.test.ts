import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../src/cli/run-program.ts'
import { ExpectedFailure } from '../../src/expected-failure.ts'
import { runCli, runHere } from './run-cli.ts'

describe.concurrent('the command line', () => {
  it.each([
    [['--help']],
    [['-h']],
    [['help']],
    [['help', 'token']],
    [['token', '--help']],
    [['check', '-h']],
    [['start', '-h']],
  ])('%j explains on standard output, exit 0', async (args) => {
    const { exitCode, stdout, stderr } = await runHere(args)
    expect(stdout).toMatch(/^Usage: purpose-gateway/)
    expect(stdout).toContain('  $ purpose-gateway ')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  it('is the same as a process: help on one stream, misuse on the other', async () => {
    const help = await runCli(['token', '--help'])
    expect(help).toEqual(await runHere(['token', '--help']))
    expect(await runCli(['tokn'])).toEqual(await runHere(['tokn']))
  })

  it('names its version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(await runCli(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each([
    [[], /Usage/],
    [['tokn'], /Did you mean token\?/],
    [['check', '--jsn'], /Did you mean --json\?/],
    [['check', 'more'], /too many arguments/],
    [['token'], /--sub/],
    [['token', '--sub', 'ane'], /--app/],
    [['token', '--sub', 'ane', '--app', 'x', '--ttl', '5x'], /such as 90s/],
    [['token', '--sub', 'ane', '--app', 'x', '--ttl', '31d'], /up to 30d/],
    [['token', '--sub', 'ane', '--app', 'x', '--ttl', '0'], /--ttl/],
    [['token', '--sub'], /argument missing/],
    [['help', 'nope'], /./],
  ])('%j is misuse, exit 2, on standard error', async (args, message) => {
    const { exitCode, stdout, stderr } = await runHere(args)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  })

  it('`start` prints every problem of the configuration at once, exit 2', async () => {
    const { exitCode, stdout, stderr } = await runCli(['start'], {
      NODE_ENV: 'production',
      PORT: 'SECRET',
      DATABASE_URL: 'mysql://user:SECRET@host/db',
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    for (const name of ['OIDC_ISSUER', 'GATEWAY_SECRET', 'PORT', 'DATABASE_URL'])
      expect(stderr).toMatch(new RegExp(`^purpose-gateway: \`${name}\``, 'm'))
    expect(stderr).not.toMatch(/SECRET@|SECRET$|mysql|^\s+at /m)
  })
})

describe('a command that fails', () => {
  async function failing(error: unknown, ...args: string[]) {
    const lines: string[] = []
    const exitCode = await runProgram(
      ['boom', ...args],
      [(program, _, run) => program.command('boom').action(() => run(() => Promise.reject(error)))],
      {
        version: '1.0.0',
        env: {},
        cwd: '/',
        now: () => 0,
        colour: false,
        out: (line) => lines.push(`out ${line}`),
        err: (line) => lines.push(line),
      },
    )
    return { exitCode, text: lines.join('\n') }
  }

  it('as expected: says so in one line, with its exit code', async () => {
    expect(await failing(new ExpectedFailure('the port is taken'))).toEqual({
      exitCode: 2,
      text: 'purpose-gateway: the port is taken',
    })
    expect(await failing(new ExpectedFailure('the policy has findings', 1))).toMatchObject({ exitCode: 1 })
  })

  it('through a fault: hides the message and the stack unless asked', async () => {
    const fault = new Error('postgres://user:SECRET@host')
    const { exitCode, text } = await failing(fault)
    expect(exitCode).toBe(2)
    expect(text).toMatch(/--debug/)
    expect(text).not.toMatch(/SECRET|^\s+at /m)
    expect((await failing(fault, '--debug')).text).toMatch(/^\s+at /m)
    expect((await failing('SECRET')).text).not.toContain('SECRET')
  })
})

describe('the stop signal', () => {
  const code = `import { stopSignal } from './src/cli/stop-signal.ts'
    const alive = setInterval(() => {}, 1000)
    const stopped = stopSignal(Date.now)
    console.log('ready')
    await stopped
    console.log('stopping')
    if (process.env.HANGS !== 'yes') setTimeout(() => { clearInterval(alive); console.log('stopped') }, 300)`

  async function stoppedBy(signals: readonly (readonly [afterMs: number, NodeJS.Signals])[], hangs: boolean) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      env: { ...process.env, HANGS: hangs ? 'yes' : 'no' },
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      if (output === '')
        for (const [afterMs, signal] of signals) setTimeout(() => child.kill(signal), afterMs)
      output += chunk
    })
    const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
    return { exitCode, output: output.trim().split('\n').join(' ') }
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s lets the command stop cleanly, also when npm repeats it',
    async (signal) => {
      const expected = { exitCode: 0, output: 'ready stopping stopped' }
      expect(await stoppedBy([[0, signal]], false)).toEqual(expected)
      expect(
        await stoppedBy(
          [
            [0, signal],
            [50, signal],
          ],
          false,
        ),
      ).toEqual(expected)
    },
  )

  it('a second one later ends a stop that hangs', async () => {
    expect(
      await stoppedBy(
        [
          [0, 'SIGINT'],
          [1_300, 'SIGINT'],
        ],
        true,
      ),
    ).toEqual({ exitCode: 2, output: 'ready stopping' })
  })
})
