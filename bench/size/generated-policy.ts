/** A policy of any size, and the tables that it governs. */
export interface GeneratedPolicy {
  /** File → text, of `SCHEMA_DIR`. */
  readonly sdl: Readonly<Record<string, string>>
  readonly prisma: string
  /** Makes the tables, empty. */
  readonly ddl: string
}

/** One data subject, and those that are about it. */
export const GROUP = 10

interface Column {
  readonly name: string
  readonly type: 'String' | 'Int' | 'Decimal' | 'Boolean' | 'Date' | 'DateTime'
  /** Of the SDL. */
  readonly declared: string
}

const ALL = '@purpose(for: [BILLING, SUPPORT, STUDIES])'
const of = (type: Column['type'], count: number, declared = ''): readonly Column[] =>
  Array.from({ length: count }, (_, at) => ({ name: `${type.toLowerCase()}${at}`, type, declared }))

/** With the key and one relation, twenty fields. */
export const COLUMNS: readonly Column[] = [
  {
    name: 'name',
    type: 'String',
    declared: '@personal(category: IDENTITY) @purpose(for: [BILLING, SUPPORT])',
  },
  { name: 'email', type: 'String', declared: '@personal(category: CONTACT) @purpose(for: [BILLING])' },
  ...of('String', 6),
  ...of('Int', 3, '@purpose(for: [BILLING]) @purpose(for: [STUDIES], as: ROUNDED, step: 10)'),
  ...of('Decimal', 3, '@purpose(for: [BILLING, SUPPORT])'),
  ...of('Boolean', 2),
  ...of('Date', 1),
  ...of('DateTime', 1, '@purpose(for: [BILLING]) @purpose(for: [STUDIES], as: YEAR)'),
]

const STORED: Readonly<Record<Column['type'], readonly [prisma: string, sql: string]>> = {
  String: ['String', 'text'],
  Int: ['Int', 'integer'],
  Decimal: ['Decimal', 'numeric(65,30)'],
  Boolean: ['Boolean', 'boolean'],
  Date: ['DateTime @db.Date', 'date'],
  DateTime: ['DateTime @db.Timestamptz(3)', 'timestamptz(3)'],
}

/**
 * @param types a multiple of `GROUP`
 * @param reviewed `YYYY-MM-DD`; the gateway refuses purposes that were not reviewed lately
 */
export function generatedPolicy(types: number, reviewed: string): GeneratedPolicy {
  const numbers = Array.from({ length: types }, (_, number) => number)
  return {
    sdl: { 'purposes.graphql': purposesOf(reviewed), 'models.graphql': numbers.map(typeOf).join('\n') },
    prisma: ['datasource db {\n  provider = "postgresql"\n}', ...numbers.map(modelOf)].join('\n'),
    ddl: numbers.map(tableOf).join('\n'),
  }
}

export const typeName = (number: number): string => `Kind${number}`
const tableName = (number: number): string => `kind_${number}`
const headOf = (number: number): number => number - (number % GROUP)
const isHead = (number: number): boolean => number % GROUP === 0

function typeOf(number: number): string {
  const name = typeName(number)
  const [how, relation] = isHead(number)
    ? ['@subject', `members: [${typeName(number + 1)}!]!`]
    : [
        '@subject(path: "head") @retention(period: "P5Y", from: "date0", law: "Bogføringsloven § 12")',
        `head: ${typeName(headOf(number))}!`,
      ]
  return `"What is kept of ${name}."
type ${name} @model ${how} ${ALL} {
  "Key of ${name}."
  id: ID!
${COLUMNS.map((column) => `  "What ${column.name} says."\n  ${column.name}: ${column.type}! ${column.declared}`).join('\n')}
  "What it belongs to, or what belongs to it."
  ${relation}
}
`
}

function modelOf(number: number): string {
  const members = Array.from({ length: GROUP - 1 }, (_, at) => number + at + 1)
  const relations = isHead(number)
    ? members.map((member, at) => `  ${at === 0 ? 'members' : `members${at}`} ${typeName(member)}[]`)
    : [
        '  headId Int @map("head_id")',
        `  head ${typeName(headOf(number))} @relation(fields: [headId], references: [id])`,
        '  @@index([headId])',
      ]
  return `model ${typeName(number)} {
  id Int @id
${COLUMNS.map(({ name, type }) => `  ${name} ${STORED[type][0]}`).join('\n')}
${relations.join('\n')}
  @@map("${tableName(number)}")
}
`
}

function tableOf(number: number): string {
  const table = tableName(number)
  const columns = COLUMNS.map(({ name, type }) => `${name} ${STORED[type][1]} NOT NULL`)
  const head = isHead(number) ? [] : [`head_id integer NOT NULL REFERENCES ${tableName(headOf(number))}`]
  return `CREATE TABLE ${table} (id integer PRIMARY KEY, ${[...columns, ...head].join(', ')});
${isHead(number) ? '' : `CREATE INDEX ON ${table} (head_id);`}`
}

function purposesOf(reviewed: string): string {
  const asked = `owner: "bench@example.dk", reviewed: "${reviewed}"`
  return `enum Purpose {
  "Issue the invoices."
  BILLING @processing(basis: CONTRACT, roles: [BILLING_CLERK], ${asked})
  "Answer customers."
  SUPPORT @processing(basis: CONTRACT, roles: [SUPPORT_AGENT], ${asked})
  "Study what is kept."
  STUDIES @processing(basis: LEGITIMATE_INTEREST, interest: "knowing what is kept", roles: [ANALYST], ${asked})
}

enum Role { BILLING_CLERK SUPPORT_AGENT ANALYST }

enum DataCategory {
  "Who somebody is."
  IDENTITY
  "Where somebody can be reached."
  CONTACT @never(for: [STUDIES])
}
`
}
