import { type BadInput, SECRET } from './bad-input.ts'
import { customers } from './well-formed.ts'

const byId = 'query ById($id: ID!) { customer(id: $id) { id } }'
export const BAD_VALUES: readonly BadInput[] = [
  {
    name: 'a missing variable',
    code: 'BAD_USER_INPUT',
    json: { query: byId },
    says: 'variable `$id` of type `ID!` is missing',
  },
  {
    name: 'a variable that is null',
    code: 'BAD_USER_INPUT',
    json: { query: byId, variables: { id: null } },
    says: 'variable `$id` of type `ID!` may not be null',
  },
  {
    name: 'a variable of another type',
    code: 'BAD_USER_INPUT',
    json: { query: byId, variables: { id: { [SECRET]: SECRET } } },
    says: 'the value of variable `$id` of type `ID!` does not fit',
  },
  {
    name: 'a part of a variable of another type',
    code: 'BAD_USER_INPUT',
    json: {
      query: 'query ($w: CustomerWhere) { customers(where: $w) { totalCount } }',
      variables: { w: { OR: [{ id: { equals: '1' } }, { employeeCount: { gt: SECRET } }] } },
    },
    says: 'the value of variable `$w` of type `CustomerWhere` does not fit at `$w.OR[1].employeeCount.gt`',
  },
  {
    name: 'a key in a variable that its type has not',
    code: 'BAD_USER_INPUT',
    json: {
      query: 'query ($w: CustomerWhere) { customers(where: $w) { totalCount } }',
      variables: { w: { [SECRET]: { equals: SECRET } } },
    },
    says: 'the value of variable `$w` of type `CustomerWhere` does not fit',
  },
  {
    name: 'toString as a key in a variable',
    code: 'BAD_USER_INPUT',
    json: {
      query: 'query ($w: CustomerWhere) { customers(where: $w) { totalCount } }',
      variables: { w: { toString: { equals: SECRET } } },
    },
    says: 'the value of variable `$w` of type `CustomerWhere` does not fit',
  },
  {
    name: 'a variable that is no moment',
    code: 'BAD_USER_INPUT',
    json: {
      query: 'query ($t: DateTime) { invoices(where: { issuedAt: { gt: $t } }) { totalCount } }',
      variables: { t: SECRET },
    },
    says: 'the value of variable `$t` of type `DateTime` does not fit',
  },
  {
    name: 'a key that the field cannot have',
    code: 'BAD_USER_INPUT',
    json: { query: byId, variables: { id: SECRET } },
    says: 'an argument has a value that its field cannot have',
  },
  {
    name: 'a key out of range',
    code: 'BAD_USER_INPUT',
    json: { query: byId, variables: { id: '99999999999999999999' } },
    says: 'an argument has a value that its field cannot have',
  },
  {
    name: 'a text with a zero byte',
    code: 'BAD_USER_INPUT',
    json: {
      query: 'query ($n: String) { customers(where: { name: { equals: $n } }) { totalCount } }',
      variables: { n: `${SECRET}\u0000` },
    },
    says: 'an argument has a value that its field cannot have',
  },
  {
    name: 'a variable with a default that is null where a key stands',
    code: 'BAD_USER_INPUT',
    json: { query: 'query ($id: ID = "1") { customer(id: $id) { id } }', variables: { id: null } },
    says: 'the argument `id` is null',
  },
  {
    name: 'a variable with a default that is null where one of several filters stands',
    code: 'BAD_USER_INPUT',
    json: {
      query: 'query ($w: CustomerWhere = {}) { customers(where: { OR: [$w] }) { totalCount } }',
      variables: { w: null },
    },
    says: 'an item of a list in an argument is null',
  },
  {
    name: 'a filter that is null',
    code: 'BAD_USER_INPUT',
    json: customers('where: { name: null }'),
    says: '`name` in `where` is null; to look for null write `{ equals: null }` or `{ is: null }`',
  },
  {
    name: 'an order without a field',
    code: 'BAD_USER_INPUT',
    json: customers('orderBy: {}'),
    says: 'each entry of `orderBy` names exactly one field and a direction',
  },
  {
    name: 'an order with two fields',
    code: 'BAD_USER_INPUT',
    json: customers('orderBy: { id: ASC, name: ASC }'),
    says: 'each entry of `orderBy` names exactly one field and a direction',
  },
  {
    name: 'a malformed cursor',
    code: 'CURSOR_INVALID',
    json: customers(`after: "${SECRET}"`),
    says: '`after` is not a cursor of this list, in this order, for this purpose',
  },
  {
    name: 'an empty cursor',
    code: 'CURSOR_INVALID',
    json: customers('after: ""'),
    says: '`after` is not a cursor of this list, in this order, for this purpose',
  },
  {
    name: 'a blocked field',
    code: 'FIELD_NOT_PERMITTED',
    json: customers('first: 1', 'nodes { industryCode }'),
    outcome: 'refused',
    says: '`Customer.industryCode` may not be read for purpose `BILLING`',
  },
  {
    name: 'a filter on a blocked field',
    code: 'ARGUMENT_NOT_PERMITTED',
    json: customers('where: { industryCode: { equals: "620100" } }'),
    outcome: 'refused',
    says: '`Customer.industryCode` may not be used in an argument for purpose `BILLING`, which may not read it as it is',
  },
]
