import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestInTurns } from '../src/long-answer.ts'

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** How many turns of the event loop others get while it is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let done = false
  const count = () => {
    turns++
    if (!done) setImmediate(count)
  }
  setImmediate(count)
  await work()
  done = true
  return turns
}

const STEP = 128 * 1024
test.each([0, 1, STEP - 1, STEP, STEP + 1, 5 * STEP, 5 * STEP + 77])(
  'the digest of %i bytes is that of all of them, with a turn for others before each part',
  async (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff))
    let digest = ''
    const turns = await turnsDuring(async () => {
      digest = await digestInTurns(bytes)
    })
    expect(digest).toBe(sha256(bytes))
    expect(turns).toBeGreaterThanOrEqual(Math.ceil(length / STEP))
  },
)

test('of a text it is that of its UTF-8, wherever a part ends', async () => {
  for (const before of ['', 'x', 'xx', 'xxx']) {
    const text = `${before}${'😀æ€'.repeat(60_000)}`
    expect(await digestInTurns(text)).toBe(sha256(text))
  }
})
