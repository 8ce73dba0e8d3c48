export interface Arrivals {
  /** One more is under way; to be called once, when it is here or will never be. */
  expect(): () => void
  /** Resolves as soon as nothing is under way, at the latest `withinMs` from now; undefined: nothing is. */
  settled(withinMs: number): Promise<void> | undefined
}

/** Counts what is under way, so that who takes what has come together can wait a moment for the rest. */
export function countArrivals(): Arrivals {
  let underWay = 0
  let settle: () => void = () => undefined

  return {
    expect() {
      underWay++
      return () => {
        underWay--
        if (underWay === 0) settle()
      }
    },
    settled(withinMs) {
      if (underWay === 0) return undefined
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, withinMs)
        settle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
