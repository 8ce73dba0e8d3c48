import { addAuditErase } from './audit-erase.ts'
import { addAuditKey } from './audit-key.ts'
import { addAuditPrune } from './audit-prune.ts'
import type { AddCommand } from './command.ts'

/** The group; one file for each of its commands. */
export const addAudit: AddCommand = (program, context, run) => {
  const group = program
    .command('audit')
    .summary('verify the access log, prove what is in it, export it')
    .description('Works on the access log as a transparency log.')
  for (const add of [addAuditErase, addAuditPrune, addAuditKey]) add(group, context, run)
}
