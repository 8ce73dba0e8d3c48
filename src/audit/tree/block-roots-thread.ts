import { parentPort } from 'node:worker_threads'
import { invariant } from '../../invariant.ts'
import { blockRoots } from './block-roots.ts'

/** The program of the thread that `startBlockRoots` starts: answers each message, in order. */
const port = parentPort
invariant(port !== null, 'runs as a thread')
port.on('message', (leaves: Uint8Array) => port.postMessage(blockRoots(leaves)))
