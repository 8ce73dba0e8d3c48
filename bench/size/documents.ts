import { COLUMNS, GROUP, typeName } from './generated-policy.ts'

/** That each document selects, root field and `nodes` included. */
export const FIELDS_PER_DOCUMENT = 100

const ROW = ['id', ...COLUMNS.map(({ name }) => name)]

/**
 * A document of one list with what its rows belong to and what that has, four levels of relations; each `serial` makes another
 * one, and the documents go through all types of the policy.
 */
export function documentOf(serial: number, types: number): string {
  const group = Math.floor(serial / (GROUP - 1)) % (types / GROUP)
  const member = group * GROUP + 1 + (serial % (GROUP - 1))
  return listOf(member, String(serial), serial)
}

/** @param literal what the filter compares with */
export function listOf(member: number, literal: string, turn: number): string {
  const row = ROW.join(' ')
  const last = [...ROW.slice(turn % ROW.length), ...ROW].slice(0, 16).join(' ')
  const root = `${typeName(member).toLowerCase()}s`
  return `query Size {
  ${root}(first: 20, where: { name: { startsWith: "${literal}" } }, orderBy: [{ int0: DESC }]) { nodes {
    ${row}
    head { ${row} members(first: 3) { nodes {
      ${row}
      head { ${row} members(first: 3) { nodes { ${last} } } }
    } } }
  } }
}`
}
