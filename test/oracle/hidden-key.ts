import { createHash, hkdfSync } from 'node:crypto'
import type { Row } from './database.ts'
import { keyName } from './forms.ts'
import type { StoredModel } from './stored.ts'
import type { Rules } from './walker.ts'

/** Whether a purpose may read the key of a model as it is: by its own fields, or as the key that a readable relation leads to. */
export function mayReadKey(rules: Rules, model: StoredModel, purpose: string): boolean {
  const form = (type: string, field: string) => rules.types.get(type)?.get(field)?.permits.get(purpose)
  return model.key.every((part) => {
    if (rules.types.get(model.name)?.has(part)) return form(model.name, part) === 'AS_IS'
    return [...model.fields.values()].some(
      (field) =>
        field.kind === 'relation' &&
        form(model.name, field.name) !== undefined &&
        field.join.some(([here, there]) => here === part && form(field.type, there) === 'AS_IS'),
    )
  })
}

/** What stands for a key that may not be read, where rows are put in order: a hash under the purpose's key (RFC 2104's inner half). */
export function hiddenPlace(model: StoredModel, row: Row, purpose: string, secret: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `purpose-gateway pseudonym ${keyName(purpose)}`, 32))
  const pad = Buffer.alloc(64, 0x36)
  key.forEach((byte, i) => {
    pad[i] = byte ^ 0x36
  })
  const parts = model.key.map((name) => JSON.stringify(String(row[name])))
  return createHash('sha256')
    .update(pad)
    .update(`[${parts.join(', ')}]`)
    .digest()
}
