import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { NewRecord } from '../../../src/audit/batch.ts'
import { insertBatch } from '../../../src/audit/insert-batch.ts'
import { leafHash } from '../../../src/audit/leaf.ts'
import { signCheckpoint } from '../../../src/audit/note/checkpoint.ts'
import { formatVerifier, newSigner, type Signer } from '../../../src/audit/note/note-key.ts'
import { encodeRecords } from '../../../src/audit/record.ts'
import { recordId } from '../../../src/audit/record-id.ts'
import { createCompactRange } from '../../../src/audit/tree/compact-range.ts'
import { applyMigrations } from '../../../src/database/migrations.ts'
import { accessOf } from '../accesses.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/gateway/migrations', import.meta.url))
const POLICY_TEXT = 'the policy of the sample'
const POLICY = createHash('sha256').update(POLICY_TEXT).digest('hex')

/** A signed log in a database of its own, whose triggers and constraints its owner has dropped. */
export interface SampleLog {
  readonly client: pg.Client
  readonly size: number
  readonly signer: Signer
  /** Sizes with a checkpoint, ascending; the last one is that of the log. */
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[]
}

/** @param url of an empty database, as its owner. `checkpointEvery`: records between two checkpoints */
export async function createSampleLog(
  url: string,
  size: number,
  checkpointEvery: number,
): Promise<SampleLog> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await applyMigrations(client, MIGRATIONS, { schema: 'gateway' })
  const signer = newSigner('sample.example/log')
  await client.query('INSERT INTO gateway.policy_version (hash, text) VALUES ($1, $2)', [POLICY, POLICY_TEXT])
  await client.query('SELECT gateway.begin_origin($1, $2)', [signer.name, formatVerifier(signer.verifier)])
  const tree = createCompactRange()
  const checkpoints: { size: number; note: string }[] = []
  while (tree.size < size) {
    const count = Math.min(size - tree.size, checkpointEvery, 256 - (tree.size % 3))
    const records = Array.from({ length: count }, (_, i) => recordOf(tree.size + i))
    await insertBatch(client, { id: recordId(), records })
    for (const { leafHash: leaf } of records) tree.append(leaf)
    const note = signCheckpoint(tree.size, tree.root(), signer)
    await client.query('INSERT INTO gateway.checkpoint (origin, size, root, note) VALUES (1, $1, $2, $3)', [
      tree.size,
      tree.root(),
      note,
    ])
    checkpoints.push({ size: tree.size, note })
  }
  await dropProtection(client)
  return { client, size, signer, checkpoints }
}

/** A record like no other; without a data subject, since there are no salts here. */
export function recordOf(serial: number): NewRecord {
  const access = accessOf({
    at: Date.UTC(2026, 0, 1) + serial * 137,
    justification: `case ${serial}`,
    policy: POLICY,
  })
  const context = { id: recordId(), instance: 'sample', commitments: [], folded: undefined }
  const [bytes = Buffer.of()] = encodeRecords(access, context)
  const { purpose, at, outcome } = access
  return { bytes, leafHash: leafHash(bytes), at, outcome, purpose, subject: 'ane', app: 'invoicing' }
}

/** What the owner of a database can do: no trigger, key or check is left that could refuse a change. */
async function dropProtection(client: pg.Client): Promise<void> {
  await client.query(`DO $$
    DECLARE one RECORD;
    BEGIN
      FOR one IN SELECT c.conrelid::regclass AS tab, c.conname AS name FROM pg_constraint c
        WHERE c.connamespace = 'gateway'::regnamespace AND c.contype IN ('c', 'f')
      LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.name); END LOOP;
      FOR one IN SELECT c.conrelid::regclass AS tab, c.conname AS name FROM pg_constraint c
        WHERE c.connamespace = 'gateway'::regnamespace AND c.contype IN ('p', 'u')
      LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.name); END LOOP;
      FOR one IN SELECT c.oid::regclass AS tab FROM pg_class c
        WHERE c.relnamespace = 'gateway'::regnamespace AND c.relkind = 'r'
      LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', one.tab); END LOOP;
    END $$`)
  await client.query('DROP INDEX IF EXISTS gateway.access_record_batch_key')
  await client.query('CREATE INDEX ON gateway.access_record (index)')
  await client.query('CREATE INDEX ON gateway.tree_node (origin, level, index)')
}
