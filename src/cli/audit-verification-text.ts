import type { Finding } from '../audit/verify/finding.ts'
import type { LogVerification } from '../audit/verify/verify-log.ts'
import type { CliContext } from './command.ts'

/** Prints what a verification found: findings first, then what was verified; with `json` one object. */
export function printVerification(result: LogVerification, json: boolean, context: CliContext): void {
  const { findings, findingCount, records } = result
  const origins = result.origins.map((one) => ({ ...one, root: one.root?.toString('base64') ?? null }))
  if (json) {
    context.out(JSON.stringify({ findings, findingCount, records, origins }, null, 2))
    return
  }
  for (const finding of findings) context.out(lineOf(finding))
  for (const { origin, size, confirmed } of origins)
    context.out(
      `${origin || 'unsigned log'}: ${size} records, ${confirmed} of them under a checkpoint that holds`,
    )
  context.out(
    `${records} records read, ${findingCount === 0 ? 'nothing is wrong' : `${findingCount} findings`}`,
  )
}

function lineOf({ kind, index, until, message }: Finding): string {
  const place =
    index === undefined
      ? ''
      : until === undefined || until === index + 1
        ? `record ${index}: `
        : `records ${index} to ${until - 1}: `
  return `${kind}  ${place}${message}`
}
