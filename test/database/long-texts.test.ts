import fc from 'fast-check'
import { Parser } from 'pg-protocol/dist/parser.js'
import { expect, test } from 'vitest'
import { LONG_TEXT_BYTES, LongTexts } from '../../src/database/long-texts.ts'

type Message = Parameters<Parameters<Parser['parse']>[1]>[0]

function message(code: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5)
  header.write(code)
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

function row(fields: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2)
  count.writeInt16BE(fields.length)
  const parts = fields.flatMap((field) => {
    const length = Buffer.alloc(4)
    const bytes = Buffer.from(field ?? '')
    length.writeInt32BE(field === null ? -1 : bytes.length)
    return [length, bytes]
  })
  return message('D', Buffer.concat([count, ...parts]))
}

/** As a reader of rows would see them; the same whichever parser read it. */
const seen = (read: Message): unknown =>
  read.name === 'dataRow'
    ? (read as unknown as { fields: readonly (string | Buffer | null)[] }).fields.map((field) =>
        field === null ? null : field.toString(),
      )
    : read.name

const field = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .record({ text: fc.string({ minLength: 1, maxLength: 9 }), bytes: fc.integer({ min: 0, max: 90_000 }) })
    .map(({ text, bytes }) => text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes)),
  fc.constantFrom(
    'æ'.repeat(LONG_TEXT_BYTES / 2),
    'x'.repeat(LONG_TEXT_BYTES - 1),
    'x'.repeat(LONG_TEXT_BYTES),
  ),
)
const messages = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(field, { maxLength: 4 }).map(row) },
    { weight: 1, arbitrary: fc.constant(message('Z', Buffer.from('I'))) },
    { weight: 1, arbitrary: fc.constant(message('C', Buffer.from('SELECT 1\0'))) },
    { weight: 1, arbitrary: fc.constant(message('2', Buffer.alloc(0))) },
  ),
  { minLength: 1, maxLength: 8 },
)

test('reads what pg’s own parser reads, wherever the stream is cut', () => {
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1 }), (sent, sizes) => {
      const stream = Buffer.concat(sent)
      const expected: unknown[] = []
      new Parser().parse(stream, (read) => expected.push(seen(read)))
      const received: unknown[] = []
      const texts = new LongTexts((read) => received.push(seen(read)))
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        // Bytes of a socket are overwritten once they were taken.
        const chunk = Buffer.from(stream.subarray(at, at + size))
        texts.take(chunk)
        chunk.fill(0xff)
        at += size
      }
      expect(received).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('a stream that comes byte by byte', () => {
  const received: unknown[] = []
  const texts = new LongTexts((read) => received.push(seen(read)))
  const long = 'ø'.repeat(LONG_TEXT_BYTES)
  for (const byte of Buffer.concat([row(['a', long, null]), message('Z', Buffer.from('I'))]))
    texts.take(Buffer.of(byte))
  expect(received).toEqual([['a', long, null], 'readyForQuery'])
})

test('long texts are bytes, short ones strings', () => {
  const rows: unknown[] = []
  new LongTexts((read) => rows.push(...(read as unknown as { fields: unknown[] }).fields)).take(
    row(['short', 'x'.repeat(LONG_TEXT_BYTES)]),
  )
  expect(rows).toEqual(['short', Buffer.from('x'.repeat(LONG_TEXT_BYTES))])
})

test('rows of megabytes, one behind the other: no row is written over by the next', () => {
  const rows: Buffer[][] = []
  const texts = new LongTexts((read) => rows.push((read as unknown as { fields: Buffer[] }).fields))
  const sent = ['a', 'b', 'c'].map((letter) => [letter.repeat(2_000_000), letter.repeat(1_500_000)])
  const stream = Buffer.concat(sent.map(row))
  for (let at = 0; at < stream.length; at += 65_536) {
    const chunk = Buffer.from(stream.subarray(at, at + 65_536))
    texts.take(chunk)
    chunk.fill(0xff)
  }
  const received = rows.map((fields) => fields.map((bytes) => bytes.toString()))
  // Not `toEqual`, which would print megabytes.
  expect(received.every((fields, i) => fields.every((text, j) => text === sent[i]?.[j]))).toBe(true)
  expect(received).toHaveLength(sent.length)
})
