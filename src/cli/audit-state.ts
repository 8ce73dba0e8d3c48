import { readFile, rename, writeFile } from 'node:fs/promises'
import type { VerifiedState } from '../audit/verify/verify-log.ts'
import { ExpectedFailure } from '../expected-failure.ts'

const FORMAT = 'purpose-gateway audit state 1'

/** Undefined: there is no such file yet. @throws ExpectedFailure where it is something else */
export async function readState(path: string): Promise<VerifiedState | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new ExpectedFailure(`the state file cannot be read: ${path}`)
  })
  if (text === undefined) return undefined
  const damaged = new ExpectedFailure(`not a state file of \`audit verify\`: ${path}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw damaged
  }
  if (!isState(value)) throw damaged
  const { origin, size, confirmed } = value
  return { origin, size, confirmed, frontier: Buffer.from(value.frontier, 'hex') }
}

/** A crash leaves the old file or the new one, whole. */
export async function writeState(
  path: string,
  { origin, size, confirmed, frontier }: VerifiedState,
): Promise<void> {
  const state = { format: FORMAT, origin, size, confirmed, frontier: frontier.toString('hex') }
  await writeFile(`${path}.new`, `${JSON.stringify(state)}\n`)
  await rename(`${path}.new`, path)
}

interface WrittenState {
  readonly format: string
  readonly origin: number
  readonly size: number
  readonly confirmed: number
  readonly frontier: string
}

function isState(value: unknown): value is WrittenState {
  if (typeof value !== 'object' || value === null) return false
  const { format, origin, size, confirmed, frontier } = value as Partial<WrittenState>
  return (
    format === FORMAT &&
    [origin, size, confirmed].every((number) => Number.isSafeInteger(number)) &&
    typeof frontier === 'string'
  )
}
