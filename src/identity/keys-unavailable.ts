/** The issuer's keys cannot be had. The message is one of a few fixed phrases, without an address. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}
