import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportOrigin } from '../../../src/audit/export/export-origin.ts'
import { logTables, type StoredOrigin } from '../../../src/audit/verify/log-tables.ts'
import { createTestDatabase } from '../../database.ts'
import { createSampleLog, type SampleLog } from '../tamper/sample-log.ts'

export interface ExportedSample {
  readonly log: SampleLog
  readonly url: string
  readonly origin: StoredOrigin
  /** Of the origin: checkpoint, key and tiles. */
  readonly folder: string
  /** What was exported to: one folder for each origin. */
  readonly root: string
  drop(): Promise<void>
}

/** A signed log of so many records, exported. */
export async function exportedSample(size: number): Promise<ExportedSample> {
  const database = await createTestDatabase()
  const log = await createSampleLog(database.url, size, 190)
  const root = await mkdtemp(join(tmpdir(), 'purpose-gateway-export-'))
  const tables = logTables(log.client)
  const [origin] = await tables.origins()
  const checkpoint = await tables.newestCheckpoint(1)
  if (!origin || !checkpoint) throw new Error('the sample is not signed')
  const { folder } = await exportOrigin({ client: log.client, origin, checkpoint, folder: root })
  return {
    log,
    url: database.url,
    origin,
    folder,
    root,
    async drop() {
      await log.client.end()
      await database.drop()
      await rm(root, { recursive: true, force: true })
    },
  }
}
