import type { Entity } from './data-model.ts'

/** Whether an index begins with just these fields, in whatever order, so that it finds rows by all of them. */
export function leadsIndex({ indexes }: Entity, fields: readonly string[]): boolean {
  return indexes.some((index) => {
    const first = index.slice(0, fields.length)
    return first.length === fields.length && fields.every((name) => first.includes(name))
  })
}
