import type { Problem } from '../errors.ts'
import type { Blocked } from './plan.ts'

/** A blocked field as its caller sees it: which field, which purpose, and for which purposes it could be read. */
export function blockedProblem(blocked: Blocked, purpose: string): Problem {
  const { coordinate, code, path, permittedFor } = blocked
  return {
    code,
    message: `\`${coordinate}\` ${REASONS[code](`\`${purpose}\``)}`,
    path,
    coordinate,
    permittedFor,
  }
}

const REASONS: Readonly<Record<Blocked['code'], (purpose: string) => string>> = {
  FIELD_NOT_PERMITTED: (purpose) => `may not be read for purpose ${purpose}`,
  ARGUMENT_NOT_PERMITTED: (purpose) =>
    `may not be used in an argument for purpose ${purpose}, which may not read it as it is`,
  AGGREGATE_NOT_PERMITTED: (purpose) =>
    `may not be calculated with for purpose ${purpose}, which may not read it as it is`,
  GROUPS_ONLY: (purpose) => `shows single rows, and purpose ${purpose} is served figures about groups only`,
}
