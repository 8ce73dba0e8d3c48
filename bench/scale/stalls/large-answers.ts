/** Answers of 10,000 rows, each with something else that is done for every row. */
export const LARGE_ROWS = 10_000

export interface LargeAnswer {
  readonly name: string
  readonly title: string
  readonly query: string
}

const CUSTOMER = 'id kind cvr name address postcode city country vulnerability'
const INVOICE = `id number status issuedAt dueOn currency net vat total reference customer { ${CUSTOMER} }`

export const LARGE_ANSWERS: readonly LargeAnswer[] = [
  {
    name: 'rows',
    title: 'invoices with their customers',
    query: `query Rows { invoices(first: ${LARGE_ROWS}) { nodes { ${INVOICE} } } }`,
  },
  {
    name: 'cursors',
    title: 'the same, each with a cursor',
    query: `query Cursors { invoices(first: ${LARGE_ROWS}) { edges { cursor node { ${INVOICE} } } } }`,
  },
  {
    name: 'subjects',
    title: 'customers with an invoice each, every one a data subject of its own',
    query: `query Subjects { customers(first: ${LARGE_ROWS}) { nodes { ${CUSTOMER} invoices(first: 1) { nodes { id number status issuedAt dueOn currency net vat total reference } } } } }`,
  },
]
