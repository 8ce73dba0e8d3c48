import { type ConstDirectiveNode, Kind, print } from 'graphql'
import { argumentOf, nameArgument, namesArgument, textArgument } from './arguments.ts'
import type { Entity } from './data-model.ts'
import type { ObjectDefinition } from './definitions.ts'
import { emptiedColumnsOf } from './emptied-columns.ts'
import type { Retention, YearStart } from './keeping.ts'
import { parsePeriod } from './period.ts'
import { directivesNamed, type TypeScope } from './scope.ts'
import { storedDateOf } from './stored-date.ts'
import { isTimeZone } from './time-zone.ts'

/** How long the rows of a type are kept; undefined where nothing is said, or (reported) something that has no meaning. */
export function retentionOf(
  object: ObjectDefinition,
  entity: Entity | undefined,
  scope: TypeScope,
): Retention | undefined {
  const [directive] = directivesNamed(object, 'retention')
  if (directive === undefined) return undefined
  const { reporter } = scope
  const period = textArgument(directive, 'period', scope)
  const parsed = period && parsePeriod(period.text)
  if (period && !parsed)
    reporter.report(
      'PG720',
      period.node,
      `\`${period.text}\` is not a period of years, months, weeks and days`,
      'write it as ISO 8601 has it, such as `P5Y` or `P90D`; 200 years at most',
    )
  const law = textArgument(directive, 'law', scope)
  if (law?.text.trim() === '')
    reporter.report('PG725', law.node, `the retention of \`${object.name.value}\` names no law`)
  const yearStarts = yearStartOf(directive, scope)
  const timeZone = timeZoneOf(directive, scope)
  const openEnded = isTrue(directive, 'openEnded', scope)
  const path = textArgument(directive, 'from', scope)
  const from = path && entity && storedDateOf(path, entity, openEnded, scope)
  const emptied = entity && emptiedOf(directive, object, entity, scope)
  if (!period || !parsed || !law || !from || !timeZone) return undefined
  return {
    law: law.text.trim(),
    period: period.text,
    ...parsed,
    from,
    yearStarts,
    timeZone,
    emptied,
  }
}

function emptiedOf(
  directive: ConstDirectiveNode,
  object: ObjectDefinition,
  entity: Entity,
  scope: TypeScope,
): Retention['emptied'] {
  const action = nameArgument(directive, 'action', 'RetentionAction', scope)
  const keep = namesArgument(directive, 'keep', 'DataCategory', scope)
  if (action?.value === 'ANONYMISE') {
    const kept = new Set(keep.map((name) => name.value))
    return emptiedColumnsOf(object, entity, kept, action, scope)
  }
  if (keep[0])
    scope.reporter.report(
      'PG726',
      keep[0],
      '`keep` has no effect on a row that is deleted',
      'say `action: ANONYMISE`, or leave `keep` out',
    )
  return undefined
}

/** The first day of accounting years, where the period runs from the end of one. */
function yearStartOf(directive: ConstDirectiveNode, scope: TypeScope): YearStart | undefined {
  const endOf = nameArgument(directive, 'endOf', 'RetentionYear', scope)
  const text = textArgument(directive, 'yearStarts', scope)
  if (text && !endOf)
    scope.reporter.report(
      'PG724',
      text.node,
      '`yearStarts` has no effect without an accounting year',
      'say `endOf: ACCOUNTING_YEAR`, or leave `yearStarts` out',
    )
  if (!endOf) return undefined
  const start = text ? parseYearStart(text.text) : { month: 1, day: 1 }
  if (text && !start)
    scope.reporter.report(
      'PG724',
      text.node,
      `\`${text.text}\` is not a day of every year`,
      'write `MM-DD`, such as `01-01`',
    )
  return start
}

/** `MM-DD`, not 29 February. */
function parseYearStart(text: string): YearStart | undefined {
  const [, month = 0, day = 0] = (/^(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number)
  const date = new Date(Date.UTC(2001, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { month, day } : undefined
}

function timeZoneOf(directive: ConstDirectiveNode, scope: TypeScope): string | undefined {
  const text = textArgument(directive, 'timeZone', scope)
  if (text === undefined) return DEFAULT_TIME_ZONE
  if (isTimeZone(text.text)) return text.text
  scope.reporter.report(
    'PG724',
    text.node,
    `no time zone is named \`${text.text}\``,
    'write a name of the IANA database, such as `Europe/Copenhagen`',
  )
  return undefined
}

/** The default that `directives/retention.graphql` states. */
const DEFAULT_TIME_ZONE = 'Europe/Copenhagen'

function isTrue(directive: ConstDirectiveNode, name: string, { reporter }: TypeScope): boolean {
  const value = argumentOf(directive, name)
  if (value === undefined) return false
  if (value.kind === Kind.BOOLEAN) return value.value
  reporter.report('PG107', value, `\`${name}\` of \`@retention\` is true or false, not \`${print(value)}\``)
  return false
}
