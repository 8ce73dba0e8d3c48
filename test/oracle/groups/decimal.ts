/** An exact decimal number. */
export interface Decimal {
  readonly digits: bigint
  /** Digits after the point. */
  readonly scale: number
}

export function decimalOf(text: string): Decimal {
  const [mantissa = '0', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: scaled(a, scale) + scaled(b, scale), scale }
}

export function absolute(a: Decimal): Decimal {
  return { ...a, digits: a.digits < 0n ? -a.digits : a.digits }
}

/** Half away from zero, as PostgreSQL rounds. */
export function rounded(a: Decimal, scale: number): Decimal {
  if (a.scale <= scale) return { digits: scaled(a, scale), scale }
  return { digits: quotient(a.digits, 10n ** BigInt(a.scale - scale)), scale }
}

export function divided(a: Decimal, by: bigint, scale: number): Decimal {
  const more = { digits: a.digits * 10n ** BigInt(scale + 4), scale: a.scale + scale + 4 }
  return rounded({ digits: more.digits / by, scale: more.scale }, scale)
}

export function textOf({ digits, scale }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  const sign = digits < 0n ? '-' : ''
  return scale === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

export function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale)
}

function quotient(a: bigint, b: bigint): bigint {
  const half = a < 0n ? -b / 2n : b / 2n
  return (a + half) / b
}
