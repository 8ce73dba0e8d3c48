import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer } from '../gateway.ts'
import { codeFaults, errorFaults, refusalFaults } from './answer-faults.ts'
import type { Case } from './case.ts'
import { differenceOf } from './compare.ts'
import { CursorBook, rootList } from './cursors.ts'
import type { OracleDatabase, Row, Sign } from './database.ts'
import { groupRulesOf, rulesOfRows } from './groups/group-rules.ts'
import { servedRows } from './groups/served-rows.ts'
import { leaksIn } from './leaks.ts'
import { caseOf } from './operations.ts'
import { askPrisma } from './prisma-check.ts'
import { type KeepingRules, keepingRulesOf, ruleColumns } from './retention.ts'
import { coordinatesOf, type RowRules, rowRulesOf, withoutConditions } from './row-rules.ts'
import { introspect, type Served } from './served.ts'
import { type Bearer, judgeBearer, sightOf } from './sight.ts'
import { faultsInSql } from './sql-check.ts'
import type { StoredModel } from './stored.ts'
import { answerOf, matchingRows, type TruthContext, Unanswerable } from './truth.ts'
import { type Granted, type Part, type Question, type Refused, type Rules, rulesOf } from './walker.ts'
import { headerText, SECRET, startWatchedGateway, type WatchedGateway } from './watched-gateway.ts'

export type Outcome = 'granted' | 'pruned' | 'refused' | 'invalid'

export interface Result {
  readonly asked: Case
  readonly outcome: Outcome
  readonly leaks: readonly string[]
  readonly differences: readonly string[]
  /** Lists that plain Prisma was asked for as well. */
  readonly compared: number
}

/** Of every so many cases, the lists of one are put to Prisma itself. */
const PRISMA_EVERY = 2

/** Asks a running gateway and knows, without it, what it must answer. */
export class Oracle {
  readonly database: OracleDatabase
  readonly watched: WatchedGateway
  readonly rules: Rules
  private readonly rowRules: RowRules
  private readonly keeping: KeepingRules
  readonly served: Served
  private readonly book: CursorBook

  private constructor(
    database: OracleDatabase,
    watched: WatchedGateway,
    rules: Rules,
    rowRules: RowRules,
    keeping: KeepingRules,
    served: Served,
  ) {
    this.database = database
    this.watched = watched
    this.rules = rules
    this.rowRules = rowRules
    this.keeping = keeping
    this.served = served
    this.book = new CursorBook(rules, (purpose, list, orderBy) => this.askForAll(purpose, list, orderBy))
  }

  /** @param schemaDir the policy that the gateway serves and that the oracle judges by */
  static async open(database: OracleDatabase, schemaDir: string): Promise<Oracle> {
    const files = await readdir(schemaDir)
    const sources = await Promise.all(files.map((file) => readFile(join(schemaDir, file), 'utf8')))
    const unconditioned = sources.map(withoutConditions)
    const rules = rulesOfRows(rulesOf(unconditioned), groupRulesOf(sources))
    const rowRules = rowRulesOf(sources)
    const watched = await startWatchedGateway(database, schemaDir)
    const nobody = { roles: [], purposes: [] }
    const served = await introspect(async (query) => (await watched.gateway.ask(nobody, { query })).body.data)
    return new Oracle(database, watched, rules, rowRules, keepingRulesOf(unconditioned), servedRows(served))
  }

  case(seed: number, number: number): Case {
    return caseOf(seed, number, this)
  }

  async check(asked: Case): Promise<Result> {
    const cursors = await Promise.all(
      asked.cursors.map((wish) => this.book.fulfil(wish, asked.header ?? asked.grants[0] ?? '')),
    )
    const filled = (text: string) =>
      text.replace(/~cursor:(\d+)~/g, (_, i: string) => cursors[Number(i)] ?? '')
    const question: Question & Bearer = {
      ...asked,
      document: filled(asked.document),
      variables: JSON.parse(filled(JSON.stringify(asked.variables))) as Question['variables'],
      prune: asked.onDenied === 'prune',
    }
    return await this.ask(asked, question)
  }

  private async ask(asked: Case, question: Question & Bearer): Promise<Result> {
    const verdict = judgeBearer(this.rules, this.rowRules, question)
    const traceId = randomBytes(16).toString('hex')
    const answer = await this.watched.gateway.ask(
      {
        roles: question.roles,
        purposes: question.grants,
        dataSubject: question.dataSubject,
        claims: question.claims ?? {},
      },
      {
        query: question.document,
        variables: question.variables,
        ...(question.operationName !== undefined && { operationName: question.operationName }),
        ...(question.header !== undefined && { purpose: question.header }),
        headers: {
          traceparent: `00-${traceId}-${traceId.slice(0, 16)}-01`,
          ...(asked.onDenied && { 'x-on-denied': asked.onDenied }),
        },
      },
    )
    const statements = this.watched.statementsOf(traceId)
    const listed: Promise<string | undefined>[] = []
    const differences: string[] = []
    let outcome: Outcome = 'refused'
    if (verdict.kind === 'refused')
      differences.push(
        ...refusalFaults(verdict, answer),
        ...(statements.length > 0 ? ['a refused operation read'] : []),
      )
    else {
      outcome = verdict.blocked.length > 0 ? 'pruned' : 'granted'
      const compare = asked.number % PRISMA_EVERY === 0
      const expected = this.expect(verdict, question, compare ? listed : undefined)
      if (expected instanceof Unanswerable) {
        outcome = 'invalid'
        differences.push(...codeFaults(answer, [expected.code]))
      } else differences.push(...this.servedFaults(verdict, answer, expected, statements, asked))
    }
    const compared = await Promise.all(listed)
    differences.push(
      ...compared.filter((difference) => difference !== undefined && difference !== 'skipped').map(String),
    )
    return {
      asked,
      outcome,
      leaks: this.leaksOf(verdict, answer),
      differences,
      compared: compared.filter((difference) => difference !== 'skipped').length,
    }
  }

  private expect(
    verdict: Granted,
    bearer: Bearer,
    listed: Promise<string | undefined>[] | undefined,
  ): unknown {
    const { database, rules, rowRules, keeping, served } = this
    // Prisma knows nothing of rules about rows, so it is asked about all of them.
    const onList = (model: StoredModel, part: Part, _rows: readonly Row[], among: string) => {
      if (among === 'all') listed?.push(askPrisma(database, model, part, matchingRows(database, model, part)))
    }
    const context: TruthContext = {
      database,
      rules,
      served,
      purpose: verdict.purpose,
      secret: SECRET,
      sees: sightOf(database, { ...rowRules, keeping }, verdict.purpose, bearer),
      place: this.book.place,
      onList,
    }
    try {
      return answerOf(context, verdict.parts)
    } catch (error) {
      if (error instanceof Unanswerable) return error
      throw error
    }
  }

  private servedFaults(
    { purpose, parts, blocked, shown, used }: Granted,
    { status, body }: Answer,
    expected: unknown,
    statements: readonly string[],
    asked: Case,
  ): readonly string[] {
    const faults: string[] = []
    if (status !== 200) faults.push(`status ${status}: ${JSON.stringify(body?.errors)}`)
    else {
      const difference = differenceOf(expected, body.data, this.book.note)
      if (difference !== undefined) faults.push(difference)
    }
    faults.push(...errorFaults(body?.errors ?? [], blocked))
    const reads = parts.filter((part) => part.type !== '' && part.form !== 'NULL').length
    if (statements.length !== reads) faults.push(`${statements.length} statements for ${reads} root fields`)
    const coordinates = new Set([
      ...shown.keys(),
      ...used,
      ...coordinatesOf(this.rowRules, purpose),
      ...ruleColumns(this.keeping, this.database),
    ])
    for (const sql of statements)
      faults.push(...faultsInSql(sql, this.database.models, coordinates, asked.values))
    return faults
  }

  /** Nothing but what the verdict shows may stand in the body, and nothing at all in the headers. */
  private leaksOf(verdict: Granted | Refused, answer: Answer): readonly string[] {
    const { signs } = this.database
    const permitted = (sign: Sign): boolean => {
      const form = verdict.kind === 'served' ? verdict.shown.get(sign.coordinate) : undefined
      return form === 'AS_IS' || form === sign.form
    }
    return [
      ...leaksIn(answer.text, signs, permitted).map((leak) => `body: ${leak}`),
      ...leaksIn(headerText(answer), signs).map((leak) => `header: ${leak}`),
    ]
  }

  /** The customer on whom most rows hang, as data subject and as firm. */
  private someone(): Bearer {
    const id = String(this.database.rows.get('Customer')?.[0]?.id)
    return { dataSubject: id, claims: { firm_id: id } }
  }

  private async askForAll(purpose: string, list: string, orderBy: unknown): Promise<readonly string[]> {
    const [type = '', name = ''] = list.split('.')
    const model = this.book.modelOf(type, name)
    const inner = `${name}(first: 500, orderBy: $o) { edges { cursor } }`
    const body = type === 'Query' ? inner : `${rootList(type)}(first: 500) { nodes { ${inner} } }`
    const question: Question & Bearer = {
      document: `query ($o: [${model}OrderBy!]) { ${body} }`,
      operationName: undefined,
      variables: { o: orderBy ?? null },
      header: purpose,
      roles: [...this.rules.purposes.values()].flat(),
      grants: [purpose],
      prune: false,
      // Cursors are those of what this customer can see, where own rows are served.
      ...this.someone(),
    }
    const verdict = judgeBearer(this.rules, this.rowRules, question)
    if (verdict.kind === 'refused') return []
    const { body: answer } = await this.watched.gateway.ask(
      {
        roles: question.roles,
        purposes: question.grants,
        dataSubject: question.dataSubject,
        claims: question.claims ?? {},
      },
      { query: question.document, variables: question.variables, purpose },
    )
    const cursors: string[] = []
    differenceOf(this.expect(verdict, question, undefined), answer?.data, (cursor, place) => {
      cursors.push(cursor)
      this.book.note(cursor, place)
    })
    return cursors
  }
}
