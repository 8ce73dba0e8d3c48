import type { VerifyOptions } from './audit-verify-options.ts'
import type { AddCommand } from './command.ts'
import { listOption } from './list-option.ts'

const HELP = `
Reads every record, hashes it, and compares the tree with the stored one and with all signed checkpoints. No stored hash is
believed. With a folder that "audit export" wrote, no database is needed.

What the log says of itself can be changed with it. So give what was kept elsewhere:
  --key         the verifier key of the log (name+id+base64), or a file of keys; without it the log's own key is taken
  --checkpoint  a checkpoint, or a folder of them (CHECKPOINT_DIR): a log that was cut back or forked since is found out

Large logs:
  --state FILE  remembers how far the log was verified; the next run, also after an interruption, goes on from there
  --since FILE  a checkpoint under which the log was verified before

Each finding names the first record that is wrong (from 0, over all origins) and what is wrong with it.

Exit code: 0 the log is what was signed, 1 findings, 2 it could not be verified.

Examples:
  $ purpose-gateway audit verify --key log.key --checkpoint /mnt/witness
  $ purpose-gateway audit verify --key log.key --state /var/lib/audit-state.json --json
  $ purpose-gateway audit verify /mnt/audit --key log.key`

export const addAuditVerify: AddCommand = (program, context, run) => {
  program
    .command('verify')
    .summary('verify the whole log, or what came since')
    .description('Verifies the log in the database, or one that was exported to a folder.')
    .argument('[folder]', 'an exported log; without it the log in the database')
    .addOption(listOption('--key <key>', 'a trusted verifier key, or a file of them; may be repeated'))
    .addOption(listOption('--checkpoint <path>', 'a checkpoint that was kept outside; may be repeated'))
    .option('--since <file>', 'verify only what came after this checkpoint')
    .option('--state <file>', 'go on from there, and remember there how far this run came')
    .option('--pruned-before <index>', 'of a folder: records below need not be there', '0')
    .option('--json', 'print one JSON object: findings and what was verified')
    .addHelpText('after', HELP)
    .action((folder: string | undefined, options: VerifyOptions) =>
      run(async () => {
        if (folder !== undefined) {
          const { verifyExport } = await import('./audit-verify-export.ts')
          return verifyExport(folder, options, context)
        }
        const { verifyDatabase } = await import('./audit-verify-database.ts')
        return verifyDatabase(options, context)
      }),
    )
}
