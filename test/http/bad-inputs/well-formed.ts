/** What the bad inputs are made from. */
export const OK = { query: '{ customers(first: 1) { nodes { id } } }' }

export const get = (parameters: Readonly<Record<string, string>>) => ({
  method: 'GET',
  search: `?${new URLSearchParams(parameters)}`,
  headers: { 'content-type': undefined, 'apollo-require-preflight': 'true' },
})

export const repeat = (times: number, text: (i: number) => string) =>
  Array.from({ length: times }, (_, i) => text(i)).join(' ')

export const nest = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels)

export const customers = (args: string, selection = 'nodes { id }') => ({
  query: `{ customers(${args}) { ${selection} } }`,
})
