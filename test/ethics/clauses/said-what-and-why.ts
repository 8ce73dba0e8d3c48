import { expect, test } from 'vitest'
import { AGENT, codesOf } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

export const saidWhatAndWhy: Clause = (subject) => {
  test('each purpose says in a sentence what is done, on which legal ground, and who answers for it', async () => {
    for (const purpose of subject().policy.purposes.values()) {
      expect(purpose.description, purpose.name).toMatch(/^[A-Z].{20,}\.$/)
      expect(purpose.basis).toBeTruthy()
      expect(purpose.owner).toContain('@')
    }
    const silent = (sdl: string) => sdl.replace(/^ {2}"Issue, send.*\n/m, '')
    expect(await demoFindings('purposes.graphql', silent)).toEqual(['SHOULD PG212'])
    const groundless = (sdl: string) => sdl.replace(/(SECURITY_REVIEW) @processing\(.*\)$/m, '$1')
    expect(await demoFindings('purposes.graphql', groundless)).toContain('MUST PG202')
  })

  test('whoever looks at the schema sees what each field is and what it may be read for', async () => {
    const { world, policy } = subject()
    const query = '{ __type(name: "Contact") { fields { name description } } }'
    const { body } = await world.ask(AGENT, { query })
    const fields: readonly { name: string; description: string }[] = body.data.__type.fields
    for (const { name, permits } of policy.models.get('Contact')?.fields.values() ?? []) {
      const description = fields.find((field) => field.name === name)?.description ?? ''
      for (const purpose of permits.keys()) expect(description, name).toContain(purpose)
    }
  })

  test('each access is on record with its purpose, its ground, what was read and how many it was about', async () => {
    const { world } = subject()
    const query = '{ contacts(first: 3) { nodes { name phone } } }'
    const answer = await world.ask({ ...AGENT, subject: 'ane' }, { purpose: 'SUPPORT', query })
    expect(answer.status).toBe(200)
    const record = (await world.records())
      .map(({ json }) => json)
      .find((one) => one.principal?.subject === 'ane')
    expect(record).toMatchObject({
      outcome: 'granted',
      purpose: 'SUPPORT',
      basis: 'CONTRACT',
      fields: { 'Contact.name': 'AS_IS', 'Contact.phone': 'AS_IS' },
      rows: { Contact: 3 },
    })
    expect(record.subjects.length).toBeGreaterThan(0)
  })

  test('about whom a row is, is on record wherever the row was reached from', async () => {
    const { world } = subject()
    const query =
      '{ customers(first: 1, where: { bookkeeper: { isNot: null } }) { nodes { id bookkeeper { id } } } }'
    const answer = await world.ask({ ...AGENT, subject: 'eva' }, { purpose: 'SUPPORT', query })
    const [customer] = answer.body.data.customers.nodes
    expect(customer.bookkeeper.id).not.toBe(customer.id)
    const record = (await world.records())
      .map(({ json }) => json)
      .find((one) => one.principal?.subject === 'eva')
    expect(record.rows).toEqual({ Customer: 2 })
    expect(record.subjects).toHaveLength(2)
  })

  test('so is each refusal, with what was asked for', async () => {
    const { world } = subject()
    const query = '{ contacts(first: 3) { nodes { cpr } } }'
    const answer = await world.ask({ ...AGENT, subject: 'bo' }, { purpose: 'SUPPORT', query })
    expect(codesOf(answer)).toEqual(['FIELD_NOT_PERMITTED'])
    const record = (await world.records())
      .map(({ json }) => json)
      .find((one) => one.principal?.subject === 'bo')
    expect(record).toMatchObject({ outcome: 'refused', blocked: { 'Contact.cpr': 'FIELD_NOT_PERMITTED' } })
  })
}
