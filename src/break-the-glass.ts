import type { BreakGlassUses } from './audit/break-glass-uses.ts'
import type { GatewayRequest } from './enforce/request.ts'
import type { Problem } from './errors.ts'
import type { Admission } from './plan/admit.ts'
import type { Instruments } from './telemetry/instruments.ts'

export interface BreakGlassParts {
  readonly breakGlass: BreakGlassUses
  readonly instruments: Instruments
  /** One line of JSON for whoever watches the gateway's log. */
  announce(line: string): void
}

type Opening = Extract<Admission, { readonly kind: 'breakGlass' }>

/**
 * Opens a purpose to a principal without a role of it, or says why not. A use that begins is announced at once: as a line,
 * as an event of the request's span, and in the count. The announcement names the use; who it is and why is in the
 * database, for `purpose-gateway break-glass list`.
 *
 * @returns undefined: the glass is broken, and the request says under which use
 */
export async function breakTheGlass(
  { breakGlass, instruments, announce }: BreakGlassParts,
  request: GatewayRequest,
  { purpose, breakGlass: terms, justification }: Opening,
  policyHash: string,
): Promise<Problem | undefined> {
  const { subject, app, roles } = request.principal
  const result = await breakGlass.open({
    principal: { subject, app, roles },
    purpose: purpose.name,
    justification,
    minutes: terms.minutes,
    reviewWithinHours: terms.reviewWithinHours,
    policy: policyHash,
  })
  if (result.kind !== 'open') {
    instruments.breakGlass(purpose.name, 'refused')
    return problemOf(result.kind, purpose.name)
  }
  request.breakGlass = { id: result.id, purpose: purpose.name }
  instruments.breakGlass(purpose.name, result.isNew ? 'opened' : 'used')
  const attributes = {
    'purpose_gateway.break_glass.use': result.id,
    'purpose_gateway.purpose': purpose.name,
    'purpose_gateway.break_glass.new': result.isNew,
  }
  request.span.addEvent('break_glass', attributes)
  if (result.isNew)
    announce(
      JSON.stringify({
        event: 'break_glass',
        use: result.id,
        purpose: purpose.name,
        app,
        minutes: terms.minutes,
        reviewWithinHours: terms.reviewWithinHours,
        owner: purpose.owner,
      }),
    )
  return undefined
}

function problemOf(kind: 'expired' | 'unreviewed' | 'unavailable', purpose: string): Problem {
  switch (kind) {
    case 'expired':
      return {
        code: 'BREAK_GLASS_EXPIRED',
        message: `the minutes for which purpose \`${purpose}\` opened are over; another emergency needs a justification of its own`,
      }
    case 'unreviewed':
      return {
        code: 'BREAK_GLASS_UNREVIEWED',
        message: `purpose \`${purpose}\` does not open: an earlier break-glass use of yours is unreviewed past its deadline`,
      }
    case 'unavailable':
      return {
        code: 'AUDIT_UNAVAILABLE',
        message: `purpose \`${purpose}\` opens only on record, and the record cannot be reached; try again later`,
      }
  }
}
