import { afterAll, beforeAll, describe } from 'vitest'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { openWorld } from '../attacks/world.ts'
import type { Clause, Subject } from './clause.ts'
import { analysis } from './clauses/analysis.ts'
import { asLongAsTheLawAsks } from './clauses/as-long-as-the-law-asks.ts'
import { followedUp } from './clauses/followed-up.ts'
import { groupedAnalysis } from './clauses/grouped-analysis.ts'
import { neverFor } from './clauses/never-for.ts'
import { onlyWhatIsNeeded } from './clauses/only-what-is-needed.ts'
import { ownData } from './clauses/own-data.ts'
import { saidWhatAndWhy } from './clauses/said-what-and-why.ts'
import { security } from './clauses/security.ts'
import { thirdParties } from './clauses/third-parties.ts'

/** The data-ethics policy, clause by clause, each with the tests of what enforces it. */
const CLAUSES: Readonly<Record<string, Clause>> = {
  'collect and use only what is needed': onlyWhatIsNeeded,
  'keep only as long as the law asks': asLongAsTheLawAsks,
  'say what is processed and why': saidWhatAndWhy,
  'customers can see their own data': ownData,
  'never discrimination, exploiting the vulnerable, manipulative selling': neverFor,
  'internal and market analysis is allowed': analysis,
  'market figures are about groups': groupedAnalysis,
  'never to third parties without clear consent': thirdParties,
  'systematic, risk-based security': security,
  'followed up by running controls; reviewed at least yearly': followedUp,
}

let subject: Subject
beforeAll(async () => {
  const { policy } = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
  if (!policy) throw new Error('the demo policy compiles')
  subject = { policy, world: await openWorld() }
})
afterAll(async () => {
  await subject?.world.close()
})

for (const [text, declareTests] of Object.entries(CLAUSES)) describe(text, () => declareTests(() => subject))
