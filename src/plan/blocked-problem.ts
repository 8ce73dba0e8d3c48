import type { Problem } from '../errors.ts'
import type { Blocked } from './plan.ts'

/** A blocked field as its caller sees it: which field, which purpose, and for which purposes it could be read. */
export function blockedProblem(blocked: Blocked, purpose: string): Problem {
  const { coordinate, code, path, permittedFor } = blocked
  const message =
    code === 'FIELD_NOT_PERMITTED'
      ? `\`${coordinate}\` may not be read for purpose \`${purpose}\``
      : `\`${coordinate}\` may not be used in an argument for purpose \`${purpose}\`, which may not read it as it is`
  return { code, message, path, coordinate, permittedFor }
}
