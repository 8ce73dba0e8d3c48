import { parentPort } from 'node:worker_threads'
import { examineRows } from './examine-rows.ts'

/** Says once that it is ready; then answers each piece, in order. */
parentPort?.on('message', (piece: Uint8Array) => {
  const rows = examineRows(Buffer.from(piece.buffer))
  parentPort?.postMessage(rows, [rows.leafHashes.buffer, rows.indexes.buffer])
})
parentPort?.postMessage('ready')
