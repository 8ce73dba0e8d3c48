import type { OracleDatabase } from './database.ts'
import type { Random } from './random.ts'
import type { Rules } from './walker.ts'

/** Who asks, and where the purpose is declared. */
interface Asking {
  readonly roles: readonly string[]
  readonly grants: readonly string[]
  readonly inHeader: string | undefined
  readonly inOperation: string | undefined
}

/** Mostly somebody who may act for the purpose; else with one flaw. */
export function askerOf(random: Random, rules: Rules, purpose: string): Asking {
  const purposes = [...rules.purposes.keys()]
  const needed = rules.purposes.get(purpose) ?? []
  const roles = [...new Set([...rules.purposes.values()].flat())]
  const flaw = random.chance(0.12) ? random.below(6) : undefined
  const right = {
    // One of the roles will do; who has others besides may still read for this purpose only.
    roles:
      flaw === 0
        ? random.some(
            roles.filter((role) => !needed.includes(role)),
            random.below(3),
          )
        : [random.pick(needed), ...(random.chance(0.3) ? random.some(roles, 2) : [])],
    grants:
      flaw === 1
        ? random.some(
            purposes.filter((p) => p !== purpose),
            random.below(3),
          )
        : [purpose, ...(random.chance(0.3) ? random.some(purposes, 2) : [])],
  }
  const other = random.pick(purposes.filter((p) => p !== purpose))
  switch (flaw) {
    case 2:
      return { ...right, inHeader: undefined, inOperation: undefined }
    case 3:
      return { ...right, inHeader: other, inOperation: purpose }
    case 4:
      return { ...right, inHeader: random.pick(['NOBODY', 'billing', '__proto__']), inOperation: undefined }
    default: {
      const where = random.below(3)
      return {
        ...right,
        inHeader: where > 0 ? purpose : undefined,
        inOperation: where < 2 ? purpose : undefined,
      }
    }
  }
}

/** For whom a token stands and what it claims: mostly some customer, one of those that many rows hang on. */
export function bearerOf(random: Random, { rows }: OracleDatabase) {
  const customers = rows.get('Customer') ?? []
  const one = (): unknown => {
    const id = customers[Math.floor((random.below(1_000) / 1_000) ** 2 * customers.length)]?.id
    if (random.chance(0.9)) return random.chance(0.5) ? id : String(id)
    return random.pick([undefined, null, '', 'nobody', '*', '%', { id }, [], true, 1e300, `${id} OR 1=1`])
  }
  return { dataSubject: one(), claims: { firm_id: one(), other: one() } }
}
