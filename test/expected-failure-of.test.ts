import { expect, test } from 'vitest'
import { AuditUnavailable } from '../src/audit/access.ts'
import { DatabaseUnreachable } from '../src/database/connect-owner.ts'
import { ExpectedFailure } from '../src/expected-failure.ts'
import { expectedFailureOf } from '../src/expected-failure-of.ts'

test('what whoever runs the gateway can mend is told in its own words', () => {
  const known = new ExpectedFailure('the policy has findings', 1)
  expect(expectedFailureOf(known)).toBe(known)
  for (const error of [new AuditUnavailable('the log is away'), new DatabaseUnreachable('the log is away')])
    expect(expectedFailureOf(error)).toEqual(new ExpectedFailure('the log is away'))
})

test('a fault of ours, and whatever a driver says, is no such thing', () => {
  for (const error of [
    new TypeError('of host db.internal'),
    new Error('connect to db.internal'),
    'a text',
    undefined,
  ])
    expect(expectedFailureOf(error)).toBeUndefined()
})
