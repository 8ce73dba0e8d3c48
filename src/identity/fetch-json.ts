import { KeysUnavailable } from './keys-unavailable.ts'

/** Larger than any key set or metadata seen; a source that sends more is not believed. */
const MAX_BYTES = 512 * 1024

/**
 * One GET of a JSON document from the token issuer: no redirect is followed, and time (headers and body together) and
 * size are bounded. Rejects with `KeysUnavailable` only, whose message holds no address.
 */
export async function fetchJson(url: string, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => undefined)
  if (response === undefined) throw new KeysUnavailable('it cannot be reached')
  if (response.status !== 200) {
    await response.body?.cancel().catch(() => undefined)
    throw new KeysUnavailable('it does not answer with status 200')
  }
  const text = await boundedText(response)
  try {
    return JSON.parse(text)
  } catch {
    throw new KeysUnavailable('what it sent is not JSON')
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      sizeBytes += chunk.byteLength
      if (sizeBytes > MAX_BYTES) break
    }
  } catch {
    throw new KeysUnavailable('it broke off or was too slow')
  }
  if (sizeBytes > MAX_BYTES) throw new KeysUnavailable('what it sent is too large')
  return Buffer.concat(chunks).toString('utf8')
}
