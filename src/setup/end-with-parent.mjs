/**
 * Where npm, or the shell in which it runs us, ends without telling us, we notice that we got another parent, and take it
 * for the signal that was meant for us.
 */
export function endWithParent(env) {
  // Started from a terminal without npm, changing parents is normal (`nohup … & exit`).
  if (env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}
