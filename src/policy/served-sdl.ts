import { aggregateRootSdl, aggregateTypesSdl } from './aggregate-sdl.ts'
import type { Field, Model, ScalarField } from './governed-model.ts'
import type { Policy } from './policy.ts'
import { rootFieldNames } from './root-fields.ts'

/** The scalars that come with an implementation. */
export const SCALAR_SDL = 'scalar Decimal\nscalar BigInt\nscalar Date\nscalar DateTime\nscalar JSON'

/**
 * The SDL that clients see but for its scalars, derived from the policy: object types, connections, filters, orders and root fields.
 *
 * Governed fields are nullable here whatever the source SDL says, because a field that is pruned is null and a non-null
 * type would take its whole parent along; `@semanticNonNull` keeps the knowledge that null then only stands for an error.
 */
export function servedSdlOf(policy: Policy): string {
  const models = [...policy.models.values()]
  return [
    // Said, because a type of the domain may well be called `Subscription`.
    'schema {\n  query: Query\n}',
    PRELUDE,
    enumSdl('Purpose', 'What a request may declare.', [...policy.purposes.values()]),
    ...[...policy.enums.values()].flatMap((e) => [
      enumSdl(e.name, e.description, e.values),
      filterSdl(e.name, SET),
    ]),
    ...models.flatMap((model) => modelSdl(policy, model)),
    `type Query {\n${models.flatMap(rootFieldsSdl).join('\n')}\n}`,
  ].join('\n\n')
}

const SET = ['equals', 'not', 'in', 'notIn'] as const
const RANGE = [...SET, 'lt', 'lte', 'gt', 'gte'] as const
const TEXT = [...RANGE, 'contains', 'startsWith', 'endsWith', 'mode'] as const

function filterSdl(type: string, operators: readonly string[]): string {
  const lines = operators.map((operator) => {
    if (operator === 'in' || operator === 'notIn') return `  ${operator}: [${type}!]`
    return operator === 'mode' ? '  mode: TextMode' : `  ${operator}: ${type}`
  })
  return `input ${type}Filter {\n${lines.join('\n')}\n}`
}

const PRELUDE = [
  '"The purpose of the whole operation; the same as the header `x-purpose`."',
  'directive @declare(purpose: Purpose!) on QUERY',
  '"Null only where an error says why."',
  'directive @semanticNonNull(levels: [Int!] = [0]) on FIELD_DEFINITION',
  'enum OrderDirection {\n  ASC\n  DESC\n}',
  '"How text is compared."\nenum TextMode {\n  DEFAULT\n  "Without regard to upper and lower case."\n  INSENSITIVE\n}',
  [
    '"Where a page stands in its list."',
    'type PageInfo {',
    '  hasNextPage: Boolean!',
    '  "True whenever `after` was given."',
    '  hasPreviousPage: Boolean!',
    '  startCursor: String',
    '  endCursor: String',
    '}',
  ].join('\n'),
  filterSdl('ID', SET),
  filterSdl('String', TEXT),
  filterSdl('Boolean', ['equals', 'not']),
  ...['Int', 'Float', 'Decimal', 'BigInt', 'Date', 'DateTime'].map((type) => filterSdl(type, RANGE)),
].join('\n\n')

function modelSdl(policy: Policy, model: Model): string[] {
  const fields = [...model.fields.values()]
  const ordered = fields.filter(isOrdered)
  const { name } = model
  return [
    `${block(model.description)}type ${name} {\n${fields.map((f) => fieldSdl(policy, f)).join('\n')}\n}`,
    `type ${name}Connection {\n  nodes: [${name}!]!\n  edges: [${name}Edge!]!\n  pageInfo: PageInfo!\n  "Rows that match \`where\`, on all pages."\n  totalCount: Int!\n}`,
    `type ${name}Edge {\n  cursor: String!\n  node: ${name}!\n}`,
    whereSdl(model, fields),
    `input ${name}ListFilter {\n  some: ${name}Where\n  every: ${name}Where\n  none: ${name}Where\n}`,
    `input ${name}OneFilter {\n  is: ${name}Where\n  isNot: ${name}Where\n}`,
    ...(ordered.length > 0
      ? [
          `"Exactly one field each."\ninput ${name}OrderBy {\n${ordered.map((f) => `  ${f.name}: OrderDirection`).join('\n')}\n}`,
        ]
      : []),
    ...aggregateTypesSdl(model),
  ]
}

function fieldSdl(policy: Policy, field: Field): string {
  const type = field.kind === 'relation' ? relationType(policy, field) : scalarType(field)
  const strict = field.nonNull ? ' @semanticNonNull' : ''
  return `${block(`${field.description}\n\n${readableFor(policy, field)}`.trim(), '  ')}  ${field.name}${type}${strict}`
}

function relationType(policy: Policy, field: Extract<Field, { kind: 'relation' }>): string {
  if (!field.many) return `: ${field.target}`
  const target = policy.models.get(field.target)
  return `${target ? listArguments(target) : ''}: ${field.target}Connection`
}

function scalarType(field: ScalarField): string {
  const type = typeName(field)
  return field.list ? `: [${type}!]` : `: ${type}`
}

function typeName(field: ScalarField): string {
  return field.enumName ?? field.type
}

function readableFor(policy: Policy, field: Field): string {
  const plain = [...field.permits]
    .filter(([, transform]) => transform === 'AS_IS')
    .map(([purpose]) => named(policy, purpose))
  const changed = [...field.permits].filter(([, transform]) => transform !== 'AS_IS')
  const parts = [
    ...(plain.length > 0 ? [plain.join(', ')] : []),
    ...changed.map(([p, t]) => `${named(policy, p)} as ${t}${stepText(field, p)}`),
  ]
  return parts.length > 0 ? `Readable for ${parts.join('; ')}.` : 'Readable for no purpose.'
}

function stepText(field: Field, purpose: string): string {
  const step = field.kind === 'scalar' ? field.steps?.get(purpose) : undefined
  return step === undefined ? '' : ` to ${step}`
}

function named({ purposes }: Policy, purpose: string): string {
  const groups = purposes.get(purpose)?.groups
  return groups ? `${purpose} in groups of ${groups.smallest}` : purpose
}

/** Lists and JSON have no order and no filter; every other scalar has. */
function isOrdered(field: Field): field is ScalarField {
  return field.kind === 'scalar' && !field.list && field.type !== 'JSON'
}

function whereSdl(model: Model, fields: readonly Field[]): string {
  const lines = fields.flatMap((field) => {
    if (field.kind === 'relation')
      return [`  ${field.name}: ${field.target}${field.many ? 'ListFilter' : 'OneFilter'}`]
    return isOrdered(field) ? [`  ${field.name}: ${typeName(field)}Filter`] : []
  })
  const self = `${model.name}Where`
  return `input ${self} {\n  AND: [${self}!]\n  OR: [${self}!]\n  NOT: [${self}!]\n${lines.join('\n')}\n}`
}

function listArguments(model: Model): string {
  const order = [...model.fields.values()].some(isOrdered) ? `, orderBy: [${model.name}OrderBy!]` : ''
  return `(first: Int, after: String, where: ${model.name}Where${order})`
}

function rootFieldsSdl(model: Model): string[] {
  const names = rootFieldNames(model.name)
  const keys = model.key.map((part) => model.fields.get(part.field))
  const lookup = keys.every((field) => field?.kind === 'scalar')
    ? [
        `  ${names.one}(${keys.map((f) => (f?.kind === 'scalar' ? `${f.name}: ${typeName(f)}!` : '')).join(', ')}): ${model.name}`,
      ]
    : []
  const many = `  ${names.many}${listArguments(model)}: ${model.name}Connection`
  return [...lookup, many, aggregateRootSdl(model)]
}

function enumSdl(
  name: string,
  description: string,
  values: readonly { readonly name: string; readonly description: string }[],
): string {
  const lines = values.map((value) => `${block(value.description, '  ')}  ${value.name}`)
  return `${block(description)}enum ${name} {\n${lines.join('\n')}\n}`
}

/** A description as a block string, or nothing. */
function block(description: string, indent = ''): string {
  if (description === '') return ''
  const text = description
    .replaceAll('"""', '\\"""')
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
  return `${indent}"""\n${text.join('\n')}\n${indent}"""\n`
}
