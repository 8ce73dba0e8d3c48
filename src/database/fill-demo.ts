import { join } from 'node:path'
import pg from 'pg'
import { seedDemo } from '../../prisma/seed/seed.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { applyMigrations } from './migrations.ts'

/** The demo's tables, and its data where there are none; with a line of progress about every tenth. */
export async function fillDemo(url: string, customers: number, log: (line: string) => void): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  owner.on('error', () => undefined)
  await owner.connect()
  try {
    await applyMigrations(owner, join(PACKAGE_ROOT, 'prisma', 'migrations'), { schema: 'public' })
    let told = 0
    const { rows } = await seedDemo(owner, {
      customers,
      onProgress: (done, total) => {
        const tenth = Math.floor((done * 10) / total)
        if (tenth > told) log(`seeding demo data: ${done} of ${total} customers`)
        told = Math.max(told, tenth)
      },
    })
    if (rows.invoice !== undefined) log(`seeded ${rows.customer} customers with ${rows.invoice} invoices`)
  } finally {
    await owner.end()
  }
}
