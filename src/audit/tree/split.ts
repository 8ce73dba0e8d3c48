/** The largest power of two that is smaller than `size` (at least 2): where RFC 6962 section 2.1 splits a range of leaves. */
export function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
