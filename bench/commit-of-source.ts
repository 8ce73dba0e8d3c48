import { execFileSync } from 'node:child_process'

/** What is measured; `-dirty` where files differ from the commit. */
export function commitOfSource(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
