import { existsSync, readFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Peer } from './peers/peer.ts'

/** What the figures depend on besides our code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
  readonly versions: Readonly<Record<string, string>>
}

const PACKAGES = ['@apollo/server', 'prisma', 'graphql-shield', 'pg', 'fastify', 'graphql', 'autocannon']

export function describeMachine(postgresVersion: string, peers: readonly Peer[]): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release()}`,
    versions: {
      node: process.version,
      postgresql: postgresVersion,
      ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf('.', name)])),
      ...Object.fromEntries(
        peers.flatMap(({ packages }) => {
          if (packages === undefined) return []
          return packages.names.map((name) => [name, versionOf(packages.folder, name)])
        }),
      ),
    },
  }
}

function versionOf(folder: string, name: string): string {
  const path = join(folder, 'node_modules', name, 'package.json')
  if (!existsSync(path)) return 'not installed'
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
