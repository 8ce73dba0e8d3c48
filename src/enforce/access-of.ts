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
  const known = new Map<string, ReadonlySet<string>[]>()
  for (const answer of request.answers.values())
    for (const [model, keys] of answer.subjects) {
      const sets = known.get(model)
      if (sets) sets.push(keys)
      else known.set(model, [keys])
    }
  return [...known].flatMap(([model, sets]) => [...union(sets)].map((key) => ({ model, key })))
}

/** One set as it is: there may be thousands in it. */
function union([first = new Set(), ...others]: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  if (others.length === 0) return first
  const all = new Set(first)
  for (const set of others) for (const one of set) all.add(one)
  return all
}
