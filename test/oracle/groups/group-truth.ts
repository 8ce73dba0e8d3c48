import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { compare, matches, relatedRows, type Sight } from '../conditions.ts'
import type { OracleDatabase, Row } from '../database.ts'
import { plainForm, servedForm } from '../forms.ts'
import type { StoredField, StoredModel } from '../stored.ts'
import type { Rules } from '../walker.ts'
import { absolute, type Decimal, decimalOf, divided, plus, rounded, textOf, trimmed } from './decimal.ts'
import type { GroupCase, GroupField } from './group-case.ts'
import type { GroupRules } from './group-rules.ts'

export interface GroupTruth {
  readonly database: OracleDatabase
  readonly rules: Rules
  readonly groups: GroupRules
  /** Which rows there are; figures are about no others. */
  readonly sees: Sight
  readonly secret: string
  readonly day: string
  /** Paths that are pruned, joined by dots. */
  readonly pruned: ReadonlySet<string>
}

interface Member {
  readonly row: Row
  readonly subject: string | undefined
  readonly key: readonly string[]
}

interface Group {
  readonly key: readonly string[] | undefined
  readonly members: readonly Member[]
}

/** The figures about groups, evaluated in memory over the rows that plain Prisma reads. */
export function groupAnswer(truth: GroupTruth, asked: GroupCase): unknown {
  const { database, rules, groups, sees, secret } = truth
  const model = database.models.get(asked.model)
  if (!model) throw new Error(`no ${asked.model}`)
  const formed = (name: string, row: Row): string => {
    const rule = rules.types.get(model.name)?.get(name)
    const form = rule?.permits.get(asked.purpose) ?? 'AS_IS'
    const value = servedForm(form, rule?.type ?? '', fieldOf(model, name), row[name], asked.purpose, secret)
    return JSON.stringify(value)
  }
  const members = (database.rows.get(model.name) ?? [])
    .filter((row) => sees(model.name, row) && matches(database, model, row, asked.where, sees) === true)
    .map((row) => ({
      row,
      subject: subjectOf(truth, model, row),
      key: asked.groupBy.map((name) => formed(name, row)),
    }))
  const rule = groups.purposes.get(asked.purpose)
  const known = rule ? members.filter(({ subject }) => subject !== undefined) : members
  const all = asked.groupBy.length === 0 ? [{ key: [], members: known }] : grouped(known)
  const sorted = all.toSorted((a, b) => byKey(a.key ?? [], b.key ?? []))
  if (!rule) return sorted.map((group) => groupOf(truth, asked, model, group))
  const large = sorted.filter((group) => subjectsIn(group.members).length >= rule.smallest)
  const left = sorted.flatMap((group) => (large.includes(group) ? [] : group.members))
  const remainder = subjectsIn(left).length >= rule.smallest ? [{ key: undefined, members: left }] : []
  return [...large, ...remainder].map((group) => groupOf(truth, asked, model, group))
}

function grouped(members: readonly Member[]): readonly Group[] {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const name = JSON.stringify(member.key)
    groups.set(name, [...(groups.get(name) ?? []), member])
  }
  return [...groups.values()].map((rows) => ({ key: rows[0]?.key ?? [], members: rows }))
}

function byKey(a: readonly string[], b: readonly string[]): number {
  for (const [i, text] of a.entries()) {
    const order = Buffer.compare(Buffer.from(text), Buffer.from(b[i] ?? ''))
    if (order !== 0) return order
  }
  return 0
}

function subjectsIn(members: readonly Member[]): readonly string[] {
  return [...new Set(members.flatMap(({ subject }) => subject ?? []))]
}

function subjectOf({ database, groups }: GroupTruth, model: StoredModel, row: Row): string | undefined {
  let [at, of]: [Row | undefined, StoredModel | undefined] = [row, model]
  for (const step of groups.subjects.get(model.name) ?? []) {
    if (!at || !of) return undefined
    const field = fieldOf(of, step)
    of = database.models.get(field.type)
    at = relatedRows(database, field, at)[0]
  }
  const [key] = of?.key ?? []
  return at && key !== undefined ? String(at[key]) : undefined
}

function groupOf(truth: GroupTruth, asked: GroupCase, model: StoredModel, group: Group): unknown {
  const served = (field: GroupField): unknown => {
    const below = (value: (name: string, path: string) => unknown) =>
      Object.fromEntries(
        field.fields.map(({ alias, name }) => [alias, value(name, `a.${field.alias}.${alias}`)]),
      )
    if (truth.pruned.has(`a.${field.alias}`)) return null
    switch (field.name) {
      case '__typename':
        return `${model.name}Aggregate`
      case 'count':
        return Number(textOf(figure(truth, asked, group, 'count', () => decimalOf('1')) ?? decimalOf('0')))
      case 'remainder':
        return group.key === undefined
      case 'key':
        if (group.key === undefined) return null
        return below((name) =>
          name === '__typename'
            ? `${model.name}AggregateKey`
            : JSON.parse(group.key?.[asked.groupBy.indexOf(name)] ?? 'null'),
        )
      default:
        return below((name, path) => {
          if (truth.pruned.has(path)) return null
          if (name === '__typename') return `${model.name}Aggregate${TYPES[field.name]}`
          return calculated(truth, asked, model, group, field.name, name)
        })
    }
  }
  return Object.fromEntries(asked.fields.map((field) => [field.alias, served(field)]))
}

const TYPES: Readonly<Record<string, string>> = { sum: 'Sum', avg: 'Average', min: 'Extreme', max: 'Extreme' }

function calculated(
  truth: GroupTruth,
  asked: GroupCase,
  model: StoredModel,
  group: Group,
  calculation: string,
  name: string,
): unknown {
  const field = fieldOf(model, name)
  const type = truth.rules.types.get(model.name)?.get(name)?.type ?? ''
  const cells = group.members.map(({ row }) => row[name]).filter((cell) => cell !== null)
  if (calculation === 'min' || calculation === 'max') {
    const [first] = cells.toSorted((a, b) => (calculation === 'min' ? 1 : -1) * compare(field, a, b))
    return first === undefined ? null : plainForm(type, field, first)
  }
  const numberOf = (row: Row) =>
    row[name] === null ? undefined : decimalOf(String(plainForm(type, field, row[name])))
  const sum = figure(truth, asked, group, `sum ${name}`, numberOf, field.nullable)
  if (sum === undefined) return null
  if (calculation === 'sum') return textOf(sum)
  const rows = field.nullable
    ? figure(truth, asked, group, `count ${name}`, (row) => decimalOf(row[name] === null ? '0' : '1'))
    : figure(truth, asked, group, 'count', () => decimalOf('1'))
  return rows && rows.digits > 0n ? trimmed(textOf(divided(sum, rows.digits, 6))) : null
}

/** A figure as it is published: what each contributes, added up; with noise where the purpose has it. Undefined: null. */
function figure(
  { groups, secret, day }: GroupTruth,
  { purpose, model }: GroupCase,
  { members }: Group,
  measure: string,
  numberOf: (row: Row) => Decimal | undefined,
  mayBeNull = false,
): Decimal | undefined {
  const rule = groups.purposes.get(purpose)
  const contributions = new Map<string, Decimal>()
  let total: Decimal | undefined
  for (const { row, subject = '' } of members) {
    const value = numberOf(row)
    if (value === undefined) continue
    total = total ? plus(total, value) : value
    const before = contributions.get(subject)
    contributions.set(subject, before ? plus(before, value) : value)
  }
  if (total === undefined || !rule) return total
  if (mayBeNull && contributions.size < rule.smallest) return undefined
  const most = Math.max(...[...contributions.values()].map((value) => Number(textOf(absolute(value)))))
  const digests = [...subjectsIn(members)].sort().map((subject) => sha256(subject))
  const who = sha256(Buffer.concat(digests)).toString('hex')
  const message = `${day}|${model} ${measure}|${who}|${members.length}|${textOf(total)}`
  const key = Buffer.from(hkdfSync('sha256', secret, '', `purpose-gateway noise ${purpose}`, 32))
  const hash = createHmac('sha256', key).update(message).digest('hex')
  const draw = (Number.parseInt(hash.slice(0, 13), 16) + 0.5) / 2 ** 52
  const noise =
    -Math.sign(draw - 0.5) * Math.log(1 - 2 * Math.abs(draw - 0.5)) * (rule.noise / Math.SQRT2) * most
  return rounded(plus(total, decimalOf(noise.toPrecision(15))), total.scale)
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

function fieldOf(model: StoredModel, name: string): StoredField {
  const field = model.fields.get(name)
  if (!field) throw new Error(`no ${model.name}.${name}`)
  return field
}
