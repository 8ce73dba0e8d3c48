import { readFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'

/** What the figures depend on besides our code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
  readonly versions: Readonly<Record<string, string>>
}

const PACKAGES = ['@apollo/server', 'prisma', 'pg', 'fastify', 'graphql', 'autocannon']

export function describeMachine(postgresVersion: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release()}`,
    versions: {
      node: process.version,
      postgresql: postgresVersion,
      ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    },
  }
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string })
    .version
}
