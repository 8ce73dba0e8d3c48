import type { Question } from '../workloads/question.ts'

/** A server to measure. It lives in a process of its own, so that no peer pays for another's garbage. */
export interface Peer {
  readonly name: string
  readonly title: string
  /** Arguments of `node`, from the top of the repository. It prints `ready URL` when it serves. */
  readonly args: readonly string[]
  /** Packages of its own, whose versions the report tells: those of `folder`'s lock file. */
  readonly packages?: { readonly folder: string; readonly names: readonly string[] }
  env(setup: Setup): Environment | Promise<Environment>
  /** What it needs on disk before it starts. */
  prepare?(setup: Setup): Promise<void>
  /** The `node` that runs it, asked after `prepare`; that of the bench if left out. */
  node?(): Promise<string>
  /** What its requests carry besides their content type; asked once it is ready. */
  headers?(setup: Setup): Promise<Readonly<Record<string, string>>>
  /** Undefined: it cannot be asked. */
  request(question: Question): Asked | undefined
}

type Environment = Readonly<Record<string, string>>

interface Asked {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What all peers of one run share. */
export interface Setup {
  /** URL of the database's owner. */
  readonly databaseUrl: string
  readonly poolSize: number
  /** A directory of this run below the repository, deleted at its end. */
  readonly scratchDir: string
  /** Makes another database on the same server. */
  createDatabase(name: string): Promise<string>
}

/** What a client sends. */
export interface PeerRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
