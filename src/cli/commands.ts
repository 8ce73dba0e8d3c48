import { addAudit } from './audit.ts'
import { addBreakGlass } from './break-glass.ts'
import { addCheck } from './check.ts'
import type { AddCommand } from './command.ts'
import { addExplain } from './explain.ts'
import { addLinkability } from './linkability.ts'
import { addRetention } from './retention.ts'
import { addSchema } from './schema.ts'
import { addStart } from './start.ts'
import { addToken } from './token.ts'

/** In the order of `--help`. */
export const COMMANDS: readonly AddCommand[] = [
  addStart,
  addCheck,
  addExplain,
  addSchema,
  addLinkability,
  addRetention,
  addToken,
  addBreakGlass,
  addAudit,
]
