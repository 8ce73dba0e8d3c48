import { execFile } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseVerifier } from '../../../src/audit/note/note-key.ts'
import { nodesOfTiles } from '../../../src/audit/tile/tile-reader.ts'
import { openTileStore } from '../../../src/audit/tile-store.ts'
import { consistencyProof } from '../../../src/audit/tree/consistency.ts'
import { inclusionProof } from '../../../src/audit/tree/inclusion.ts'
import type { NodeReader } from '../../../src/audit/tree/node-reader.ts'
import { rangeRoot } from '../../../src/audit/tree/range-root.ts'
import { sessionOn } from '../../../src/audit/verify/session-on.ts'
import { type ExportedSample, exportedSample } from './exported-sample.ts'

const SIZE = 700
const run = promisify(execFile)

let sample: ExportedSample
let read: NodeReader
beforeAll(async () => {
  sample = await exportedSample(SIZE)
  const store = openTileStore(sessionOn(sample.log.client), sample.origin)
  read = nodesOfTiles((level, index, width) => store.hashes(level, index, width), SIZE)
})
afterAll(() => sample?.drop())

describe('@sigstore/verify', () => {
  const require = createRequire(import.meta.url)
  const dist = join(dirname(require.resolve('@sigstore/verify')), 'tlog')
  // Its package does not export these two; they are the part that knows nothing of sigstore.
  const { verifyCheckpoint } = require(join(dist, 'checkpoint.js'))
  const { verifyMerkleInclusion } = require(join(dist, 'merkle.js'))

  interface Pair {
    readonly note: string
    readonly index: number
    readonly record: Buffer
    readonly proof: readonly Buffer[]
  }

  async function pairOf(index: number): Promise<Pair> {
    const { rows } = await sample.log.client.query(
      'SELECT record FROM gateway.access_record WHERE index = $1',
      [index],
    )
    const proof = await inclusionProof(read, index, SIZE)
    return { note: sample.log.checkpoints.at(-1)?.note ?? '', index, record: rows[0].record, proof }
  }

  function accepts({ note, index, record, proof }: Pair): boolean {
    const verifier = parseVerifier(sample.origin.verifierKey)
    if (!verifier) throw new Error('no key')
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), verifier.publicKey])
    const tlog = {
      logID: verifier.keyId,
      baseURL: verifier.name,
      publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }),
    }
    const inclusion = { logIndex: String(index), hashes: proof, checkpoint: { envelope: note } }
    const entry = { inclusionProof: inclusion, canonicalizedBody: record }
    try {
      verifyMerkleInclusion(entry, verifyCheckpoint(entry, [tlog]))
      return true
    } catch {
      return false
    }
  }

  it('accepts each record under the checkpoint', async () => {
    for (const index of [0, 1, 254, 255, 256, 511, 512, 640, SIZE - 1])
      expect(accepts(await pairOf(index)), `record ${index}`).toBe(true)
  })

  it('refuses what was changed', async () => {
    for (const index of [0, 255, 300, SIZE - 1]) {
      const good = await pairOf(index)
      const wrong: Pair[] = [
        { ...good, index: index + 1 },
        { ...good, record: flipped(good.record) },
        { ...good, note: good.note.replace(/\n\d+\n/, `\n${SIZE - 1}\n`) },
        {
          ...good,
          note: good.note.replace(
            /\n(.)(.*)\n\n/,
            (_, first, rest) => `\n${first === 'A' ? 'B' : 'A'}${rest}\n\n`,
          ),
        },
        ...good.proof.map((hash, i) => ({ ...good, proof: good.proof.with(i, flipped(hash)) })),
        { ...good, proof: good.proof.slice(1) },
      ]
      for (const pair of wrong) expect(accepts(pair)).toBe(false)
    }
  })
})

const GO_PACKAGES = '/usr/share/gocode'
const hasGo =
  existsSync(`${GO_PACKAGES}/src/golang.org/x/mod/sumdb/tlog`) &&
  ['/usr/bin/go', '/usr/local/go/bin/go'].some((path) => existsSync(path))
if (!hasGo)
  console.warn(
    'SKIPPED: the checker in Go did not run; install the Debian packages `golang-go` and `golang-golang-x-mod-dev`',
  )

describe.skipIf(!hasGo)('golang.org/x/mod/sumdb', () => {
  let program: string
  beforeAll(async () => {
    program = join(await mkdtemp(join(tmpdir(), 'purpose-gateway-go-')), 'checker')
    const source = fileURLToPath(new URL('../go/main.go', import.meta.url))
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: GO_PACKAGES,
      GOCACHE: dirname(program),
      GOFLAGS: '',
    }
    await run('go', ['build', '-o', program, source], { env })
  }, 240_000)

  const check = (proofs = '') =>
    run(program, [join(sample.folder, 'key'), sample.folder], { env: { PROOFS: proofs } }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    )

  async function proofs(): Promise<string[]> {
    const base64 = (hash: Uint8Array) => Buffer.from(hash).toString('base64')
    const root = base64(await rangeRoot(read, 0, SIZE))
    const lines: string[] = []
    for (const index of [0, 255, 256, 699]) {
      const path = (await inclusionProof(read, index, SIZE)).map(base64)
      lines.push(['inclusion', SIZE, root, index, base64(await read(0, index)), ...path].join(' '))
    }
    for (const old of [1, 2, 128, 255, 256, 257, 512, 699]) {
      const path = (await consistencyProof(read, old, SIZE)).map(base64)
      lines.push(['consistency', SIZE, root, old, base64(await rangeRoot(read, 0, old)), ...path].join(' '))
    }
    return lines
  }

  it('accepts the exported folder, and proofs of inclusion and consistency that were made here', async () => {
    expect(await check((await proofs()).join('\n'))).toMatch(
      /^accepted: sample\.example\/log, 700 records, \d+ inclusions/,
    )
  })

  it('refuses each of them when it is changed', async () => {
    for (const line of await proofs()) {
      const words = line.split(' ')
      words[4] = Buffer.alloc(32, 1).toString('base64')
      expect(await check(words.join(' '))).toMatch(/^refused/)
    }
    for (const name of ['checkpoint', 'tile/0/000', 'tile/entries/001', 'tile/1/000.p/2']) {
      const path = join(sample.folder, name)
      const before = await readFile(path)
      await writeFile(path, flipped(before))
      expect(await check(), name).toMatch(/^refused/)
      await writeFile(path, before)
    }
  })
})

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy[9] = (copy[9] ?? 0) ^ 1
  return copy
}
