const WIDTH = 30
const EVERY_MS = 100

/** A bar on the terminal of standard error; nothing where that is no terminal. */
export interface ProgressBar {
  show(done: number, total: number): void
  /** Takes the bar away. */
  end(): void
}

export function createProgressBar(now: () => number): ProgressBar {
  const { stderr } = process
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined }
  const begun = now()
  let shown = 0
  return {
    show(done, total) {
      if (now() - shown < EVERY_MS && done < total) return
      shown = now()
      const share = total === 0 ? 1 : done / total
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
      const perSecond = Math.round(done / Math.max(0.001, (shown - begun) / 1000))
      stderr.write(`\r${bar} ${Math.floor(share * 100)} % ${done}/${total} ${perSecond}/s `)
    },
    end: () => void stderr.write('\r\u001b[K'),
  }
}
