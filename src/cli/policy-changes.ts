import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PolicyChange } from '../generations.ts'
import type { PolicyChanges } from '../serve-options.ts'
import { formatFindings } from './format-findings.ts'
import { loadPolicy } from './load-policy.ts'

export interface PolicyFiles {
  readonly schemaDir: string
  readonly prismaSchema: string
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** One line to whoever runs the gateway. */
  err(line: string): void
}

/**
 * How a running gateway learns of a changed policy: it looks at its files. Polling, because what tells of changes by itself
 * differs by file system, and misses folders that are swapped as a whole (how Kubernetes mounts a ConfigMap).
 *
 * @param everyMs 0: only who calls `changed` otherwise (SIGHUP)
 * @param loaded the files' fingerprint from before the policy in force was read; without it, they are read once more
 */
export function policyChanges(
  context: Surroundings,
  files: PolicyFiles,
  everyMs: number,
  loaded?: string,
): PolicyChanges {
  return {
    load: () => loadPolicy(context),
    report: (change) => {
      for (const line of linesOf(change)) context.err(line)
    },
    watch: (changed) => (everyMs > 0 ? poll(files, everyMs, changed, loaded) : () => undefined),
  }
}

/** An editor or a checkout writes several files, so a change counts when nothing has moved for one interval. */
function poll(
  files: PolicyFiles,
  everyMs: number,
  changed: () => void,
  loaded: string | undefined,
): () => void {
  let told = loaded
  let before: string | undefined
  let looking = false
  const look = async (): Promise<void> => {
    const now = await fingerprintOf(files)
    // The first look counts too: the files may have changed since the gateway read them.
    if (now === before && now !== told) {
      told = now
      changed()
    }
    before = now
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, everyMs).unref()
  return () => clearInterval(timer)
}

/** Changes whenever a file of the policy does. A folder that cannot be read is a state like any other. */
export async function fingerprintOf({ schemaDir, prismaSchema }: PolicyFiles): Promise<string> {
  const states = await Promise.all(
    [...(await filesOf(schemaDir, '.graphql')), ...(await filesOf(prismaSchema, '.prisma'))].map(
      async (path) => {
        const found = await stat(path, { bigint: true }).catch(() => undefined)
        return [path, found && `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`]
      },
    ),
  )
  return JSON.stringify(states)
}

async function filesOf(path: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(path, { recursive: true }).catch(() => undefined)
  return (
    names
      ?.filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(path, name)) ?? [path]
  )
}

function linesOf(change: PolicyChange): readonly string[] {
  switch (change.kind) {
    case 'taken':
      return [`the policy has changed: ${change.policy.hash} is in force`]
    case 'refused':
      return [
        ...formatFindings(change.findings, false),
        `the policy has changed and was not taken over, the old one stays in force: ${change.reason ?? 'it has findings of severity MUST'}`,
      ]
    case 'tooWide':
      return [`the reader may still read columns of the policy before: ${change.reason}`]
  }
}
