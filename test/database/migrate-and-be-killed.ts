import pg from 'pg'
import { applyMigrations } from '../../src/database/migrations.ts'

const [url, folder = ''] = process.argv.slice(2)
const client = new pg.Client({ connectionString: url })
await client.connect()
await applyMigrations(client, folder, { schema: 'public' })
