import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts'
import { formatVerifier, parseVerifier, type Verifier } from '../note/note-key.ts'
import type { Finding } from './finding.ts'
import type { StoredOrigin } from './log-tables.ts'

/** What the verification believes from outside the log. */
export interface TrustedKeys {
  /** Undefined: none were given, and the log's own are taken. */
  readonly verifiers: readonly Verifier[] | undefined
  /** Signed checkpoints that were kept outside. */
  readonly witnessed: readonly string[]
  /** The origins that they name. */
  witnessedOrigins(): readonly string[]
}

/** @param verifiers empty: none are trusted from outside */
export function trustedKeys(verifiers: readonly Verifier[], witnessed: readonly string[]): TrustedKeys {
  return {
    verifiers: verifiers.length > 0 ? verifiers : undefined,
    witnessed,
    witnessedOrigins: () => [...new Set(witnessed.map((note) => note.slice(0, note.indexOf('\n'))))],
  }
}

/** The key that an origin is verified with, and the checkpoints of it that were kept outside. */
export function chooseKeys(
  origin: StoredOrigin,
  keys: TrustedKeys,
): {
  readonly verifier: Verifier | undefined
  readonly witnessed: readonly Checkpoint[]
  readonly findings: readonly Finding[]
} {
  const own = parseVerifier(origin.verifierKey)
  const verifier =
    keys.verifiers === undefined ? own : keys.verifiers.find(({ name }) => name === origin.origin)
  const findings: Finding[] = []
  const unknown = (message: string): void => {
    findings.push({ kind: 'key-unknown', index: undefined, message })
  }
  if (keys.verifiers === undefined && origin.origin === '') {
    // Nothing was ever signed; that is said of the records.
  } else if (verifier === undefined) unknown(`no trusted key is named like the origin \`${origin.origin}\``)
  else if (own === undefined || formatVerifier(own) !== formatVerifier(verifier))
    unknown(`the key that is stored for the origin \`${origin.origin}\` is not the trusted one`)
  const witnessed: Checkpoint[] = []
  for (const note of keys.witnessed) {
    if (!note.startsWith(`${origin.origin}\n`)) continue
    const opened = verifier === undefined ? undefined : openCheckpoint(note, verifier)
    if (opened?.kind === 'opened') witnessed.push(opened.checkpoint)
    else
      unknown(
        `a checkpoint of the origin \`${origin.origin}\` that was kept outside is not signed by its key`,
      )
  }
  return { verifier, witnessed, findings }
}
