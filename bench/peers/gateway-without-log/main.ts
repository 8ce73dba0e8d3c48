import type { AccessLog, Receipt } from '../../../src/audit/access.ts'
import { loadPolicy } from '../../../src/cli/load-policy.ts'
import { policyChanges } from '../../../src/cli/policy-changes.ts'
import { serve } from '../../../src/main.ts'
import { parseConfig } from '../../../src/parse-config.ts'
import { endWithBench } from '../end-with-bench.ts'

/** `purpose-gateway start`, but nothing is put on record: neither encoded, nor hashed, nor committed, nor signed. */
const receipts: readonly Receipt[] = [{ origin: undefined, index: 0n, leafHash: Buffer.alloc(32) }]
const nothingKept: AccessLog = {
  accepts: () => true,
  expect: () => () => undefined,
  append: async () => receipts,
  registerPolicy: async () => undefined,
  ping: async () => true,
  queueDepth: 0,
  close: async () => undefined,
}

endWithBench()
const context = { env: process.env, cwd: process.cwd(), err: console.error }
const parsed = parseConfig(context.env, context.cwd)
if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
const { config } = parsed
const { policy } = await loadPolicy(context)
if (policy === undefined) throw new Error('the policy has findings; see `purpose-gateway check`')
const { url } = await serve({
  config,
  policy,
  policyChanges: policyChanges(context, config, config.policyWatchSeconds * 1_000),
  version: 'bench',
  env: context.env,
  log: context.err,
  openLog: () => nothingKept,
})
console.log(`ready ${url}`)
