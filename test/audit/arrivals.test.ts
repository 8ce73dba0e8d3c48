import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countArrivals } from '../../src/audit/arrivals.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'

describe('what is under way', () => {
  it('is waited for until the last one is here', async () => {
    const arrivals = countArrivals()
    const arrived = [arrivals.expect(), arrivals.expect()]
    let settled = false
    const waiting = arrivals.settled(60_000)?.then(() => {
      settled = true
    })
    arrived[0]?.()
    await Promise.resolve()
    expect(settled).toBe(false)
    arrived[1]?.()
    await waiting
    expect(arrivals.settled(60_000)).toBeUndefined()
  })

  it('is waited for no longer than is said', async () => {
    const arrivals = countArrivals()
    arrivals.expect()
    await arrivals.settled(5)
  })
})

describe('a commit', () => {
  let database: LogDatabase
  beforeAll(async () => {
    database = await createLogDatabase()
  })
  afterAll(() => database.drop())

  /** Records of each commit. */
  const watched = (lingerMs: number) => {
    const commits: number[] = []
    const observe = { committed: (records: number) => void commits.push(records), failed: () => undefined }
    return { log: database.open({ lingerMs, observe }), commits }
  }
  const turns = () => new Promise((resolve) => setTimeout(resolve, 50))

  it('waits for an access that is being read', async () => {
    const { log, commits } = watched(60_000)
    const read = log.expect()
    const first = log.append(accessOf())
    await turns()
    expect(commits).toEqual([])
    read()
    await Promise.all([first, log.append(accessOf())])
    expect(commits).toEqual([2])
  })

  it('does not wait for one that takes long', async () => {
    const { log, commits } = watched(5)
    log.expect()
    await log.append(accessOf())
    expect(commits).toEqual([1])
  })
})
