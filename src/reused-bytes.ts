/**
 * Memory for long texts on their way from the database to a client, used again and again: fresh memory for each answer costs
 * the system more than making the answer (a page fault for each 4 KB, which on a virtual machine can take 25 µs).
 *
 * Whoever is sure that nobody looks at the bytes any more gives them back. Bytes that are not given back are collected like
 * any others, so in doubt they are not.
 */
const SMALLEST_BYTES = 16 * 1024
const LARGEST_BYTES = 8 * 1024 * 1024
/** Of all sizes together. */
const KEPT_BYTES = 32 * 1024 * 1024

/** By size, a power of two. */
const free = new Map<number, ArrayBufferLike[]>()
let freeBytes = 0
/** INVARIANT (one holder): memory is either free or lent once, so two answers never share it. */
const lent = new WeakSet<ArrayBufferLike>()

/** So many bytes with anything in them; all of them must be written before any is read. */
export function takeBytes(length: number): Buffer {
  if (length > LARGEST_BYTES) return Buffer.allocUnsafeSlow(length)
  let size = SMALLEST_BYTES
  while (size < length) size *= 2
  const kept = free.get(size)?.pop()
  if (kept !== undefined) freeBytes -= size
  const memory = kept ?? Buffer.allocUnsafeSlow(size).buffer
  lent.add(memory)
  return Buffer.from(memory, 0, length)
}

/** For what came from `takeBytes`; anything else, and what was given back already, is left alone. */
export function giveBytes({ buffer: memory }: Buffer): void {
  if (!lent.delete(memory)) return
  const size = memory.byteLength
  if (freeBytes + size > KEPT_BYTES) return
  const kept = free.get(size) ?? []
  free.set(size, kept)
  kept.push(memory)
  freeBytes += size
}
