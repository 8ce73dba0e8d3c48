import type { BadInput } from './bad-input.ts'
import { customers, nest, repeat } from './well-formed.ts'

export const BAD_LIMITS: readonly BadInput[] = [
  {
    name: 'fields nested too deeply',
    code: 'QUERY_TOO_COMPLEX',
    json: { query: `{ customer(id: 1) ${nest(17, '{ bookkeeper ', '{ id }', ' }')} }` },
    says: 'the operation has more than 16 levels of fields',
  },
  {
    name: 'too many aliases',
    code: 'QUERY_TOO_COMPLEX',
    json: { query: `{ customer(id: 1) { ${repeat(51, (i) => `a${i}: id`)} } }` },
    says: 'the operation has more than 50 aliases',
  },
  {
    name: 'too many directives',
    code: 'QUERY_TOO_COMPLEX',
    json: { query: `{ __typename ${repeat(51, () => '@include(if: true)')} }` },
    says: 'the operation has more than 50 directives',
  },
  {
    name: 'too many fields',
    code: 'QUERY_TOO_COMPLEX',
    json: { query: `{ customer(id: 1) { ${repeat(501, () => 'id')} } }` },
    says: 'the operation has more than 500 fields',
  },
  {
    name: 'too many root fields',
    code: 'QUERY_TOO_COMPLEX',
    json: { query: `{ ${repeat(11, (i) => `a${i}: __typename`)} }` },
    says: 'the operation has more than 10 root fields',
  },
  {
    name: 'an operation named __schema over the limits',
    code: 'QUERY_TOO_COMPLEX',
    json: { query: `query __schema { ${repeat(11, (i) => `a${i}: __typename`)} }` },
    says: 'the operation has more than 10 root fields',
  },
  {
    name: 'pages of no row',
    code: 'BAD_USER_INPUT',
    json: customers('first: 0'),
    says: '`first` must be a whole number from 1 to 500',
  },
  {
    name: 'a negative page',
    code: 'BAD_USER_INPUT',
    json: customers('first: -1'),
    says: '`first` must be a whole number from 1 to 500',
  },
  {
    name: 'a page over the ceiling',
    code: 'BAD_USER_INPUT',
    json: customers('first: 501'),
    says: '`first` must be a whole number from 1 to 500',
  },
  {
    name: 'pages that multiply',
    code: 'QUERY_TOO_LARGE',
    json: customers('first: 500', 'nodes { invoices(first: 500) { nodes { id } } }'),
    says: 'the page sizes allow 250500 rows, more than the 100000 that one operation may read; ask for less with `first`',
  },
  {
    name: 'a filter nested too deeply',
    code: 'QUERY_TOO_COMPLEX',
    json: {
      query: 'query ($w: CustomerWhere) { customers(where: $w) { totalCount } }',
      variables: { w: JSON.parse(nest(1_000, '{"AND":[', '{}', ']}')) },
    },
    says: 'the value of variable `$w` of type `CustomerWhere` is nested too deeply',
  },
  {
    name: 'a filter through many relations',
    code: 'QUERY_TOO_COMPLEX',
    json: {
      query: 'query ($w: CustomerWhere) { customers(where: $w) { totalCount } }',
      variables: {
        w: JSON.parse(nest(10, '{"invoices":{"some":{"customer":{"is":', '{"id":{"equals":"1"}}', '}}}}')),
      },
    },
    says: '`where` has more than 16 levels of conditions',
  },
  {
    name: 'JSON nested very deeply',
    code: 'QUERY_TOO_COMPLEX',
    body: `{"query":"query ($w: CustomerWhere) { customers(where: $w) { totalCount } }","variables":{"w":${nest(10_000, '{"AND":', '1', '}')}}}`,
    says: 'the value of variable `$w` of type `CustomerWhere` is nested too deeply',
  },
  {
    name: 'lists nested very deeply',
    code: 'BAD_USER_INPUT',
    body: `{"query":"query ($w: CustomerWhere) { customers(where: $w) { totalCount } }","variables":{"w":${nest(40_000, '[', '1', ']')}}}`,
    says: 'the value of variable `$w` of type `CustomerWhere` does not fit',
  },
]
