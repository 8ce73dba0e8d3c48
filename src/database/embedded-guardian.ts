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
  /** Names the process (the server, or initdb) that is to be stopped; undefined when there is none. */
  watch(pid: number | undefined): void
  /** Where the server keeps its `postmaster.pid`: that vanishes at the end of an orderly shutdown. */
  pidFile(path: string): void
  /** A folder to delete afterwards. */
  remove(folder: string): void
  /** Has it all done; resolves then. */
  finish(): Promise<void>
}

// One order a line; the last server named is the one. SIGINT is PostgreSQL's fast shutdown: sessions are cut off, then a
// checkpoint. SIGQUIT leaves the rest to recovery.
const SCRIPT = `
trap '' INT TERM HUP
server= pidfile=
while IFS= read -r line; do
  value=\${line#* }
  case \${line%% *} in
    server) server=$value ;;
    pidfile) pidfile=$value ;;
    remove) set -- "$@" "$value" ;;
  esac
done
gone() { ! kill -0 "$server" 2>/dev/null || [ -n "$pidfile" -a ! -e "$pidfile" ]; }
wait_gone() { n=0; while ! gone && [ $n -lt $1 ]; do sleep 0.05; n=$((n + 1)); done; gone; }
if [ -n "$server" ]; then
  kill -INT "$server" 2>/dev/null
  wait_gone 400 || { kill -QUIT "$server" 2>/dev/null; wait_gone 100; } || kill -KILL "$server" 2>/dev/null
fi
n=0
while [ $# -gt 0 ] && ! rm -rf -- "$@" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
`

export function startGuardian(): Guardian {
  // Windows has neither these signals nor this shell; there the server is stopped by `stop` alone.
  if (process.platform === 'win32') return POWERLESS
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'purpose-gateway-guardian'], {
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
  const order = (line: string): void => {
    if (child.stdin.writable) child.stdin.write(`${line}\n`)
  }
  return {
    pid: child.pid,
    watch: (pid) => order(`server ${pid ?? ''}`),
    pidFile: (path) => order(`pidfile ${path}`),
    remove: (folder) => order(`remove ${folder}`),
    finish: async () => {
      child.stdin.end()
      child.ref()
      await ended(child)
    },
  }
}

const POWERLESS: Guardian = {
  pid: undefined,
  watch: () => {},
  pidFile: () => {},
  remove: () => {},
  finish: async () => {},
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    await once(child, 'exit')
}
