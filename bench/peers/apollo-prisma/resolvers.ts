import { GraphQLError, type GraphQLResolveInfo, GraphQLScalarType } from 'graphql'
import type { Client, Loading } from './client.ts'
import { selectOf } from './select-of.ts'

interface Page {
  readonly first: number
}

/** One Prisma call per root field; everything below is resolved from what it answers. */
export function resolversOf(client: Client, loading: Loading) {
  return {
    Decimal: outputOnly('Decimal', String),
    Date: outputOnly('Date', (value) => (value as Date).toISOString().slice(0, 10)),
    DateTime: outputOnly('DateTime', (value) => (value as Date).toISOString()),
    Query: {
      customer: (_root: unknown, { id }: { id: string }, _context: unknown, info: GraphQLResolveInfo) =>
        client.customer.findUnique({ where: { id: Number(id) }, select: selectOf(info), ...loading }),
      customers: (_root: unknown, { first }: Page, _context: unknown, info: GraphQLResolveInfo) =>
        client.customer.findMany({
          take: first,
          orderBy: [{ id: 'asc' }],
          select: selectOf(info),
          ...loading,
        }),
      invoices: (
        _root: unknown,
        { first, status }: Page & { readonly status: string },
        _context: unknown,
        info: GraphQLResolveInfo,
      ) =>
        client.invoice.findMany({
          where: { status },
          take: first,
          orderBy: [{ dueOn: 'desc' }, { id: 'asc' }],
          select: selectOf(info),
          ...loading,
        }),
      invoiceLines: (_root: unknown, { first }: Page, _context: unknown, info: GraphQLResolveInfo) =>
        client.invoiceLine.findMany({
          take: first,
          orderBy: [{ id: 'asc' }],
          select: selectOf(info),
          ...loading,
        }),
      invoicesByStatus: () => invoicesByStatus(client),
      subscriptionsByPlan: () => subscriptionsByPlan(client),
    },
  }
}

async function invoicesByStatus(client: Client) {
  const groups = await client.invoice.groupBy({
    by: ['status'],
    _count: { _all: true },
    _sum: { total: true },
    orderBy: { status: 'asc' },
  })
  return groups.map(({ status, _count, _sum }) => ({ key: { status }, count: _count._all, sum: _sum }))
}

async function subscriptionsByPlan(client: Client) {
  const groups = await client.subscription.groupBy({
    by: ['plan'],
    _count: { _all: true },
    _sum: { seats: true, monthlyPrice: true },
    _avg: { monthlyPrice: true },
    orderBy: { plan: 'asc' },
  })
  return groups.map(({ plan, _count, _sum, _avg }) => ({
    key: { plan },
    count: _count._all,
    sum: _sum,
    avg: _avg,
  }))
}

function outputOnly(name: string, serialize: (value: unknown) => string) {
  return new GraphQLScalarType({
    name,
    serialize,
    parseValue: () => {
      throw new GraphQLError('not an input')
    },
  })
}
