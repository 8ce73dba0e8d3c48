import { expect, test } from 'vitest'
import { codesOf } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'

const customer = (id: number) => ({
  subject: `customer ${id}`,
  roles: ['CUSTOMER'],
  purposes: ['SUBJECT_ACCESS'],
  dataSubject: id,
})
const COPY = `{ customers { totalCount nodes {
  id name address invoices { totalCount nodes { number total lines { nodes { description amount } } } }
  contacts { totalCount nodes { name email phone cpr customer { id } } } consents { nodes { purpose givenAt } }
} } }`

export const ownData: Clause = (subject) => {
  test('everything personal that is stored can be shown to the customer it is about, as it is', () => {
    const personal = [...subject().policy.models.values()].flatMap((model) =>
      [...model.fields.values()].filter((field) => field.category !== undefined),
    )
    expect(personal.length).toBeGreaterThan(20)
    for (const field of personal) expect(field.permits.get('SUBJECT_ACCESS'), field.coordinate).toBe('AS_IS')
  })

  test('a customer sees all that hangs on it', async () => {
    const { world } = subject()
    const answer = await world.ask(customer(5), { purpose: 'SUBJECT_ACCESS', query: COPY })
    expect(codesOf(answer)).toEqual([])
    const { rows } = await world.owner.query(
      'SELECT (SELECT count(*)::int FROM invoice WHERE customer_id = 5) AS invoices, (SELECT count(*)::int FROM contact WHERE customer_id = 5) AS contacts',
    )
    const [found] = answer.body.data.customers.nodes
    expect(found.id).toBe('5')
    expect(found.contacts.totalCount).toBe(rows[0].contacts)
    expect(found.invoices.totalCount).toBeLessThanOrEqual(rows[0].invoices)
    expect(found.invoices.totalCount).toBeGreaterThan(0)
  })

  test('and nothing that is about somebody else, however it asks', async () => {
    const { world } = subject()
    const query = `{ customers(first: 100) { nodes { id bookkeeper { id } } } other: customer(id: "6") { name }
      contacts(first: 500) { nodes { customer { id } } } invoices(first: 500) { nodes { customer { id } } } }`
    const answer = await world.ask(customer(5), { purpose: 'SUBJECT_ACCESS', query })
    expect(codesOf(answer)).toEqual([])
    const { data } = answer.body
    expect(data.other).toBeNull()
    expect(data.customers.nodes).toEqual([{ id: '5', bookkeeper: null }])
    for (const row of [...data.contacts.nodes, ...data.invoices.nodes]) expect(row.customer.id).toBe('5')
  })

  test('whoever does not say which customer it is gets nothing', async () => {
    const { world } = subject()
    world.forget()
    const { dataSubject: _, ...nobody } = customer(5)
    const answer = await world.ask(nobody, { purpose: 'SUBJECT_ACCESS', query: COPY })
    expect(codesOf(answer)).toEqual(['CLAIM_MISSING'])
    expect(world.statements()).toEqual([])
  })
}
