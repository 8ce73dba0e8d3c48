import type { Access, SubjectKey } from '../audit/access.ts'
import type { GatewayRequest } from './request.ts'

/** What the log is told of a request, once its answer is fixed. */
export function accessOf(
  request: GatewayRequest,
  fixed: Pick<Access, 'at' | 'operation' | 'policy' | 'response' | 'trace'>,
): Access {
  const { principal, purpose, plan, outcome } = request
  const released = outcome === 'granted' || outcome === 'pruned'
  return {
    at: fixed.at,
    operation: fixed.operation,
    policy: fixed.policy,
    response: fixed.response,
    trace: fixed.trace,
    outcome,
    principal: { subject: principal.subject, app: principal.app, roles: principal.roles },
    purpose: request.purposeName,
    basis: purpose?.basis,
    justification: request.declaration.justification,
    breakGlass: request.breakGlass?.id,
    fields: plan?.fields ?? {},
    blocked: request.blocked,
    rows: released ? rowsOf(request) : {},
    subjects: released ? subjectsOf(request) : [],
  }
}

function rowsOf(request: GatewayRequest): Readonly<Record<string, number>> {
  const rows = new Map<string, number>()
  for (const answer of request.answers.values())
    for (const [model, count] of answer.rows) rows.set(model, (rows.get(model) ?? 0) + count)
  return Object.fromEntries(rows)
}

function subjectsOf(request: GatewayRequest): readonly SubjectKey[] {
  const known = new Map<string, Set<string>>()
  for (const answer of request.answers.values())
    for (const [model, keys] of answer.subjects) {
      const all = known.get(model) ?? new Set()
      known.set(model, all)
      for (const key of keys) all.add(key)
    }
  return [...known].flatMap(([model, keys]) => [...keys].map((key) => ({ model, key })))
}
