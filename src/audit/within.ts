/**
 * The outcome of `work`, or a rejection after `timeoutMs`. The work itself goes on: whoever calls this must make its late
 * end harmless (destroy the connection, release what arrives).
 */
export function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
