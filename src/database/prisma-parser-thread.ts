import { parentPort, workerData } from 'node:worker_threads'
import type { SchemaFile } from './data-model.ts'
import { parsePrisma } from './prisma-parser.ts'

/** The program of the thread that `parseSchema` starts: parses what it was started with, answers, and ends. */
parentPort?.postMessage(parsePrisma(workerData as readonly SchemaFile[]))
