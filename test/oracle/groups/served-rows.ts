import type { Served } from '../served.ts'

/** The served schema without figures about groups, which have an oracle of their own. */
export function servedRows(served: Served): Served {
  const query = served.types.get('Query')
  if (!query) throw new Error('no Query')
  const fields = query.fields.filter(({ name }) => !name.endsWith('Aggregate'))
  return { ...served, types: new Map([...served.types, ['Query', { ...query, fields }]]) }
}
