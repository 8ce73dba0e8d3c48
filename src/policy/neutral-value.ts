import type { Entity, StoredScalar } from './data-model.ts'

/** What stands in a column once its row is anonymised. */
export type NeutralValue = 'NULL' | 'EMPTY_TEXT' | 'EMPTY_LIST'

const TEXT_TYPES = /^(?:text|citext|varchar|character varying|char|character|bpchar)(?:\(|$)/

/**
 * Null where the column allows it; else the empty text or list. Undefined where neither fits, because another value would
 * look like one that somebody gave. Equal texts cannot stand in a key or in a unique index.
 */
export function neutralValueOf(field: StoredScalar, entity: Entity): NeutralValue | undefined {
  if (entity.key.includes(field.name)) return undefined
  if (field.list) return 'EMPTY_LIST'
  if (!field.required) return 'NULL'
  const unique = entity.uniques.some((fields) => fields.includes(field.name))
  return field.type === 'String' && TEXT_TYPES.test(field.sqlType) && !unique ? 'EMPTY_TEXT' : undefined
}
