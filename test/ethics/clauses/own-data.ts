import { expect, test } from 'vitest'
import { codesOf } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'

const HANDLER = { roles: ['CASE_HANDLER'], purposes: ['SUBJECT_ACCESS'] }

export const ownData: Clause = (subject) => {
  test('everything personal that is stored can be handed to the customer it is about, as it is', async () => {
    const personal = [...subject().policy.models.values()].flatMap((model) =>
      [...model.fields.values()].filter((field) => field.category !== undefined),
    )
    expect(personal.length).toBeGreaterThan(20)
    for (const field of personal) expect(field.permits.get('SUBJECT_ACCESS'), field.coordinate).toBe('AS_IS')
  })

  test('a request for a copy is answered with all that hangs on the customer', async () => {
    const { world } = subject()
    const query = `{ customers(first: 1) { nodes {
      id name address invoices { totalCount nodes { number total lines { nodes { description amount } } } }
      contacts { nodes { name email phone cpr } } consents { nodes { purpose givenAt withdrawnAt } }
    } } }`
    const answer = await world.ask(HANDLER, { purpose: 'SUBJECT_ACCESS', query })
    expect(codesOf(answer)).toEqual([])
    const [customer] = answer.body.data.customers.nodes
    expect(customer.address).toContain('streetS3cret')
    expect(customer.invoices.nodes.length).toBe(Math.min(customer.invoices.totalCount, 20))
  })
}
