import type { Policy } from '../policy.ts'

/**
 * What served schemas have in common, as SDL: scalars, directives, pages, and the filters of scalars; besides, the purposes and
 * the enums of the policy. The types of its models are made from it by `modelTypes`.
 */
export function commonSdlOf({ purposes, enums }: Policy): string {
  return [
    PRELUDE,
    enumSdl('Purpose', 'What a request may declare.', [...purposes.values()]),
    ...[...enums.values()].flatMap((e) => [enumSdl(e.name, e.description, e.values), filterSdl(e.name, SET)]),
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
  'scalar Decimal\nscalar BigInt\nscalar Date\nscalar DateTime\nscalar JSON',
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
