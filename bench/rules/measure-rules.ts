import type { CleanUp } from '../clean-up.ts'
import { runLoad } from '../load/run-load.ts'
import { tokenFor } from '../peers/gateway/peer.ts'
import type { Setup } from '../peers/peer.ts'
import { type RunningPeer, startPeer } from '../peers/start-peer.ts'
import { median } from '../statistics.ts'
import { RULE_PAIRS, type RulePair, type Side } from './rules.ts'
import { rulesGateway } from './rules-gateway.ts'

/** What a rule costs: requests per second with it over those without, the median over rounds. */
export interface RuleCost {
  readonly name: string
  readonly title: string
  readonly ratio: number
  readonly requestsPerSecond: number
}

export interface RuleOptions {
  readonly connections: number
  readonly rounds: number
  readonly seconds: number
  readonly cleanUp: CleanUp
  log(line: string): void
}

export async function measureRules(setup: Setup, options: RuleOptions): Promise<readonly RuleCost[]> {
  const gateway = await startPeer(rulesGateway, setup, options.cleanUp)
  const sides = RULE_PAIRS.flatMap((pair) => [pair.with, pair.without])
  const token = await tokenFor(
    [...new Set(sides.map((side) => side.role))],
    [...new Set(sides.map((side) => side.purpose))],
  )
  const costs: RuleCost[] = []
  for (const pair of RULE_PAIRS) costs.push(await measurePair(gateway, token, pair, options))
  return costs
}

async function measurePair(
  { origin }: RunningPeer,
  token: string,
  { name, title, query, ...sides }: RulePair,
  { connections, rounds, seconds, cleanUp, log }: RuleOptions,
): Promise<RuleCost> {
  const rate = async ({ purpose }: Side): Promise<number> => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-purpose': purpose,
    }
    const requests = [{ path: '/graphql', headers, body: JSON.stringify({ query }) }]
    const result = await runLoad(
      { url: origin, connections, seconds, requests, answer: 'data', unique: false },
      cleanUp,
    )
    if (result.failures > 0 || result.requests === 0)
      throw new Error(`rule ${name}: ${result.failures} requests for ${purpose} failed`)
    return result.requestsPerSecond
  }
  for (const side of [sides.with, sides.without]) await rate(side)
  const pairs: { readonly with: number; readonly without: number }[] = []
  for (let round = 1; round <= rounds; round++) {
    const pair = { with: await rate(sides.with), without: await rate(sides.without) }
    pairs.push(pair)
    log(`  rule ${name} round ${round}: ${pair.with.toFixed(0)}/s with, ${pair.without.toFixed(0)}/s without`)
  }
  return {
    name,
    title,
    ratio: Number(median(pairs.map((pair) => pair.with / pair.without)).toFixed(3)),
    requestsPerSecond: Math.round(median(pairs.map((pair) => pair.with))),
  }
}
