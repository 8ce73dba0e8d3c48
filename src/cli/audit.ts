import { addAuditConsistency } from './audit-consistency.ts'
import { addAuditErase } from './audit-erase.ts'
import { addAuditExport } from './audit-export.ts'
import { addAuditKey } from './audit-key.ts'
import { addAuditProve } from './audit-prove.ts'
import { addAuditPrune } from './audit-prune.ts'
import { addAuditVerify } from './audit-verify.ts'
import type { AddCommand } from './command.ts'

const HELP = `
The log is that of AUDIT_DATABASE_URL, else of DATABASE_URL, else the embedded one of DATA_DIR (default: .data), whether a
gateway runs at this moment or not. docs/audit.md says what the log promises and how that is verified.

Examples:
  $ purpose-gateway audit verify --key log.key --checkpoint /mnt/witness
  $ purpose-gateway audit prove 1017 --json
  $ purpose-gateway audit export /mnt/audit && purpose-gateway audit verify /mnt/audit --key log.key`

/** The group; one file for each of its commands. */
export const addAudit: AddCommand = (program, context, run) => {
  const group = program
    .command('audit')
    .summary('verify the access log, prove what is in it, export it')
    .description('Works on the access log as a transparency log.')
    .addHelpText('after', HELP)
  for (const add of COMMANDS) add(group, context, run)
}

const COMMANDS: readonly AddCommand[] = [
  addAuditVerify,
  addAuditProve,
  addAuditConsistency,
  addAuditExport,
  addAuditErase,
  addAuditPrune,
  addAuditKey,
]
