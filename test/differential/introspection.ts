import type { Draft } from '../oracle/draft.ts'

/** Fields about the schema itself, for the root of an operation; no response key of theirs is one of data. */
export function introspectionOf(draft: Draft): string {
  const { random, served } = draft
  const type = random.pick([...served.types.keys(), 'Nothing'])
  const named = random.chance(0.5) ? JSON.stringify(type) : draft.variable('String!', type)
  const deprecated = random.chance(0.5)
    ? ''
    : `(includeDeprecated: ${draft.variable('Boolean', undefined, 'true')})`
  const condition = random.chance(0.3) ? ` @${random.pick(['skip', 'include'])}(if: ${draft.flag()})` : ''
  const parts = [
    `__type(name: ${named}) { ${random.some(OF_TYPE, 1 + random.below(4)).join(' ')} }`,
    `about: __type(name: "Invoice")${condition} { fields${deprecated} { ${random.some(OF_FIELD, 3).join(' ')} } }`,
    `__schema { ${random.some(OF_SCHEMA, 1 + random.below(3)).join(' ')} }`,
    `... on Query${condition} { __schema { __typename queryType { n: name } } root: __typename }`,
  ]
  return random.some(parts, 1 + random.below(3)).join(' ')
}

const OF_TYPE = [
  'name',
  'kind',
  '__typename',
  'label: description',
  'fields { name type { ...on __Type { kind name ofType { name kind } } } }',
  'inputFields { name defaultValue type { name } }',
  'enumValues(includeDeprecated: true) { name isDeprecated description }',
  'interfaces { name }',
  'possibleTypes { name }',
  'isOneOf specifiedByURL',
]
const OF_FIELD = [
  'name',
  'description',
  '__typename',
  'args { name defaultValue }',
  'isDeprecated',
  'type { kind }',
]
const OF_SCHEMA = [
  'description',
  'queryType { name fields { name } }',
  'mutationType { name } subscriptionType { name }',
  'types { name kind }',
  'directives { name locations isRepeatable args { name type { kind name ofType { name } } } }',
]
