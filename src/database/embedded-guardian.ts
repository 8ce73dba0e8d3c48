import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { SERVER_ENVIRONMENT } from './embedded-server-user.ts'

/**
 * Stops the server when the gateway is gone, however it went: a normal end, an uncaught error, kill -9. It is a shell in a
 * session of its own, so that Ctrl-C reaches neither it nor the server, that reads from a pipe which the kernel closes
 * with the gateway.
 */
export interface Guardian {
  readonly pid: number | undefined
  /** Names the server that is to be stopped; undefined when there is none. */
  watch(serverPid: number | undefined): void
  /** Has the server stopped and, for a throw-away cluster, its folders removed; resolves when that is done. */
  finish(): Promise<void>
}

// SIGINT is PostgreSQL's fast shutdown: sessions are cut off, then a checkpoint. SIGQUIT leaves the rest to recovery.
const SCRIPT = `
trap '' INT TERM HUP
pidfile=$1; shift
server=
while read -r line; do server=$line; done
gone() { [ ! -e "$pidfile" ] || ! kill -0 "$server" 2>/dev/null; }
wait_gone() { n=0; while ! gone && [ $n -lt $1 ]; do sleep 0.05; n=$((n + 1)); done; gone; }
if [ -n "$server" ]; then
  kill -INT "$server" 2>/dev/null
  wait_gone 400 || { kill -QUIT "$server" 2>/dev/null; wait_gone 100; } || kill -KILL "$server" 2>/dev/null
fi
n=0
while [ $# -gt 0 ] && ! rm -rf -- "$@" 2>/dev/null && [ $n -lt 40 ]; do sleep 0.05; n=$((n + 1)); done
`

/**
 * @param pidFile the server's `postmaster.pid`: it vanishes at the end of an orderly shutdown
 * @param remove folders to delete afterwards
 */
export function startGuardian(pidFile: string, remove: readonly string[]): Guardian {
  // Windows has neither these signals nor this shell; there the server is stopped by `stop` alone.
  if (process.platform === 'win32') return { pid: undefined, watch: () => {}, finish: async () => {} }
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'purpose-gateway-guardian', pidFile, ...remove], {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // A guardian that died cannot be told anything; `stop` then ends the server itself.
  child.stdin.on('error', () => {})
  child.on('error', () => {})
  child.unref()
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return {
    pid: child.pid,
    watch: (serverPid) => {
      child.stdin.write(`${serverPid ?? ''}\n`)
    },
    finish: async () => {
      child.stdin.end()
      child.ref()
      await ended(child)
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    await once(child, 'exit')
}
