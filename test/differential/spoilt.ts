import type { Random } from '../oracle/random.ts'
import type { Question } from './question.ts'

/**
 * A question with one thing changed: in the text of the document, in a variable, or in what is to be executed. It may well
 * be a sound one still.
 */
export function spoilt(random: Random, question: Question): Question {
  const names = Object.keys(question.variables)
  const kind = random.below(11)
  if (kind === 0) return { ...question, operationName: random.pick(['Other', 'Nobody', '', 'Asked']) }
  if (kind === 1) {
    const before = random.chance(0.5) ? question.document : ''
    return { ...question, document: `${before} ${random.pick(STRANGE)}`, operationName: undefined }
  }
  if (kind === 2) return { ...question, ...random.pick(NULLS), operationName: undefined }
  if (kind <= 5 && names.length > 0) {
    const { [random.pick(names)]: _, ...others } = question.variables
    const name = names.find((known) => !(known in others)) ?? ''
    const variables = random.chance(0.15) ? others : { ...others, [name]: random.pick(VALUES) }
    return { ...question, variables }
  }
  const changes = random.chance(0.8) ? 1 : 2
  let { document } = question
  for (let i = 0; i < changes; i++) document = withOtherToken(random, document)
  return { ...question, document }
}

const STRANGE = [
  'mutation { x }',
  'subscription Live { customers { totalCount } }',
  'query Asked { __typename }',
  'query Second { __typename }',
  'fragment Unused on Customer { id }',
  'type Customer { id: ID! }',
  '{',
  '"',
  '"""open',
  'query Q($x: Boolean = true) { customers(first: 1) @include(if: $x) { totalCount } }',
]

/** A variable with a default may be null where no null may be (GraphQL spec, section 5.8.5). */
const NULLS = [
  {
    document: 'query ($x: Boolean = true) { customers(first: 1) @include(if: $x) { totalCount } }',
    variables: { x: null },
  },
  { document: 'query ($x: ID = "1") { customer(id: $x) { name } }', variables: { x: null } },
  {
    document: 'query ($x: CustomerWhere = {}) { customers(where: { OR: [{}, $x] }) { totalCount } }',
    variables: { x: null },
  },
  {
    document: 'query ($x: String = "") { customers(where: { name: { notIn: [$x] } }) { totalCount } }',
    variables: { x: null },
  },
  {
    document: 'query ($x: CustomerOrderBy = {}) { customers(orderBy: [$x]) { totalCount } }',
    variables: { x: null },
  },
  {
    document: 'query ($x: InvoiceGroupBy = status) { invoicesAggregate(groupBy: [$x]) { count } }',
    variables: { x: null },
  },
]

const VALUES: readonly unknown[] = [
  null,
  {},
  [],
  'x',
  '',
  '2030-02-30',
  '2030-06-01T00:00:00Z',
  1.5,
  true,
  0,
  -7,
  2 ** 31,
  [null],
  [[]],
  [{}],
  { nobody: 1 },
  { equals: {} },
  { AND: [{ OR: 'x' }] },
  { in: [1, null, 'x'] },
]

const TOKEN = /"""[\s\S]*?"""|"(?:[^"\\]|\\.)*"|[@$]?\w+|\.\.\.|[^\s,]/g

const TOKENS = [
  'id',
  'name',
  '__typename',
  'Customer',
  'on',
  'null',
  '3',
  '1.5',
  '"x"',
  'true',
  'MARKETING',
  '{',
  '}',
]
const MORE_TOKENS = [
  ':',
  '...',
  '@skip',
  '@defer',
  '@include(if: false)',
  '(',
  '$v0',
  '[]',
  '{ id }',
  'first: 2',
  '!',
]

/** One token away, there twice, in another's place, or another in its place. */
function withOtherToken(random: Random, document: string): string {
  const tokens = document.match(TOKEN) ?? []
  const at = random.below(tokens.length)
  const token = tokens[at] ?? ''
  const instead = random.pick([
    [],
    [token, token],
    [random.pick(tokens)],
    [random.pick(TOKENS)],
    [token, random.pick([...TOKENS, ...MORE_TOKENS])],
  ])
  return tokens.toSpliced(at, 1, ...instead).join(' ')
}
