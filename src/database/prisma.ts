import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { PrismaClient } from '../generated/domain/client.ts'

/**
 * Prisma over a pool that is already open, for seeds, administration and tests of the demo domain. The pool stays the
 * caller's to close. Any pool will do: Prisma brings its own parsers.
 */
export function openPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) })
}
