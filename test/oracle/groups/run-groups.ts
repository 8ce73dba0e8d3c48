import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../../src/package-root.ts'
import { codeFaults, errorFaults } from '../answer-faults.ts'
import { differenceOf } from '../compare.ts'
import type { OracleDatabase } from '../database.ts'
import { leaksIn } from '../leaks.ts'
import { keepingRulesOf, ruleColumns } from '../retention.ts'
import { coordinatesOf, rowRulesOf, withoutConditions } from '../row-rules.ts'
import { introspect } from '../served.ts'
import { sightOf } from '../sight.ts'
import { faultsInSql } from '../sql-check.ts'
import { rulesOf } from '../walker.ts'
import { DAY, SECRET, startWatchedGateway } from '../watched-gateway.ts'
import { groupCaseOf } from './group-case.ts'
import { groupRulesOf } from './group-rules.ts'
import { groupAnswer } from './group-truth.ts'
import { groupVerdict } from './group-verdict.ts'

export interface GroupReport {
  readonly outcomes: Readonly<Record<'granted' | 'pruned' | 'refused', number>>
  /** Groups that were served to a purpose that is served nothing else, and remainders among them. */
  readonly protectedGroups: number
  readonly remainders: number
  /** Each with what is needed to run it again. */
  readonly faults: readonly string[]
}

const FAULTS_AT_MOST = 20

/** Random questions about groups, put to a running gateway and to an evaluation that knows nothing of it. */
export async function runGroupCases(
  database: OracleDatabase,
  { cases, seed }: { readonly cases: number; readonly seed: number },
): Promise<GroupReport> {
  const folder = join(PACKAGE_ROOT, 'schema')
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const [rules, groups] = [rulesOf(sources.map(withoutConditions)), groupRulesOf(sources)]
  const rowRules = rowRulesOf(sources)
  const keeping = keepingRulesOf(sources.map(withoutConditions))
  const watched = await startWatchedGateway(database, folder)
  const { gateway } = watched
  const served = await introspect(
    async (query) => (await gateway.ask({ roles: [], purposes: [] }, { query })).body.data,
  )
  const roles = [...rules.purposes.values()].flat()
  const customers = database.rows.get('Customer') ?? []
  // One for all cases, so that what there is for a purpose is found out once.
  const id = String(customers[seed % customers.length]?.id)
  const bearer = { dataSubject: id, claims: { firm_id: id } }
  const sights = new Map(
    [...rules.purposes.keys()].map((purpose) => [
      purpose,
      sightOf(database, { ...rowRules, keeping }, purpose, bearer),
    ]),
  )
  const sees = (purpose: string) => sights.get(purpose) ?? (() => false)
  const outcomes = { granted: 0, pruned: 0, refused: 0 }
  const faults: string[] = []
  let [protectedGroups, remainders] = [0, 0]

  for (let number = 0; number < cases && faults.length < FAULTS_AT_MOST; number++) {
    const asked = groupCaseOf(seed, number, { served, rules, database })
    const { purpose, document, where, groupBy, prune, model, fields } = asked
    const { blocked, used } = groupVerdict(rules, groups, asked)
    const traceId = randomBytes(16).toString('hex')
    const variables = { ...(where !== undefined && { w: where }), ...(groupBy.length > 0 && { g: groupBy }) }
    const answer = await gateway.ask(
      // A budget each.
      { subject: `case ${number}`, roles, purposes: [purpose], ...bearer },
      {
        query: document,
        variables,
        purpose,
        headers: {
          'x-on-denied': prune ? 'prune' : 'reject',
          traceparent: `00-${traceId}-${traceId.slice(0, 16)}-01`,
        },
      },
    )
    const statements = watched.statementsOf(traceId)
    const note = (found: readonly string[]) =>
      faults.push(
        ...found.map(
          (fault) =>
            `seed ${seed} case ${number} ${purpose}: ${fault}\n${document}\n${JSON.stringify(variables)}`,
        ),
      )
    if (blocked.length > 0 && !prune) {
      outcomes.refused++
      note(
        codeFaults(
          answer,
          blocked.map(({ code }) => code),
        ),
      )
      note(errorFaults(answer.body?.errors ?? [], blocked))
      if (statements.length > 0) note(['a refused question read'])
      continue
    }
    outcomes[blocked.length > 0 ? 'pruned' : 'granted']++
    const pruned = new Set(blocked.map(({ path }) => path.join('.')))
    const expected = pruned.has('a')
      ? null
      : groupAnswer({ database, rules, groups, sees: sees(purpose), secret: SECRET, day: DAY, pruned }, asked)
    note(errorFaults(answer.body?.errors ?? [], blocked))
    const difference = differenceOf({ a: expected }, answer.body?.data ?? null, () => undefined)
    if (difference !== undefined) note([difference])
    if (groups.purposes.has(purpose) && Array.isArray(expected)) {
      protectedGroups += expected.length
      const remainder = fields.find(({ name }) => name === 'remainder')?.alias
      remainders += expected.filter((group) => remainder !== undefined && group[remainder] === true).length
    }
    const calculated = fields.flatMap((field) => field.fields.map(({ name }) => `${model}.${name}`))
    const read = new Set([
      ...used,
      ...groupBy.map((name) => `${model}.${name}`),
      ...calculated,
      ...coordinatesOf(rowRules, purpose),
      ...ruleColumns(keeping, database),
    ])
    // A collation is named like a column.
    for (const sql of statements)
      note(faultsInSql(sql.replaceAll(' COLLATE "C"', ''), database.models, read, []))
    // A sum over one row is its value; a purpose that is served groups only sees none of those.
    const shown = groups.purposes.has(purpose) ? [] : calculated
    const permits = (coordinate: string) =>
      [...shown, ...groupBy.map((name) => `${model}.${name}`)].includes(coordinate) &&
      rules.types
        .get(model)
        ?.get(coordinate.split('.')[1] ?? '')
        ?.permits.get(purpose)
    note(
      leaksIn(answer.text, database.signs, ({ coordinate, form }) => {
        const permitted = permits(coordinate)
        return permitted === 'AS_IS' || permitted === form
      }).map((leak) => `body: ${leak}`),
    )
  }
  await watched.look()
  await watched.close()
  faults.push(...watched.leaks)
  return { outcomes, protectedGroups, remainders, faults }
}
