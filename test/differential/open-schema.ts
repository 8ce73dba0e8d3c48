import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DirectiveNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseConstValue,
  print,
} from 'graphql'
import { PACKAGE_ROOT } from '../../src/package-root.ts'

/** The one purpose, and the one role that acts for it. */
export const PURPOSE = 'EVERYTHING'
export const ROLE = 'ANYBODY'

const GENERAL = `
enum Purpose {
  "Read everything as it is."
  ${PURPOSE} @processing(basis: CONTRACT, roles: [${ROLE}], owner: "tests@example.dk", reviewed: "2026-09-01")
}
enum Role {
  "Whoever asks."
  ${ROLE}
}
enum DataCategory {
  "No field is of it."
  NONE
}
`
const REPLACED = ['purposes.graphql', 'roles.graphql', 'categories.graphql']

/**
 * The demo's types and fields under a policy that permits all of them as they are and hides no row, so that nothing but
 * GraphQL itself decides on an answer. Under the demo's own policy, and random ones, `test/oracle/` compares.
 *
 * @param folder is made
 */
export async function writeOpenSchema(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'purposes.graphql'), GENERAL)
  const demo = join(PACKAGE_ROOT, 'schema')
  for (const file of await readdir(demo)) {
    if (REPLACED.includes(file)) continue
    const { definitions } = parse(await readFile(join(demo, file), 'utf8'))
    const opened = definitions.map((one) => (one.kind === Kind.OBJECT_TYPE_DEFINITION ? openType(one) : one))
    await writeFile(join(folder, file), opened.map(print).join('\n\n'))
  }
}

const KEPT = ['model', 'subject']

function openType(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const directives = (type.directives ?? []).filter((one) => KEPT.includes(one.name.value))
  return {
    ...type,
    directives: [...directives, PERMITTED],
    fields: (type.fields ?? []).map((field) => ({ ...field, directives: [] })),
  }
}

const PERMITTED = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'purpose' },
  arguments: [
    { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'for' }, value: parseConstValue(`[${PURPOSE}]`) },
  ],
} as const satisfies DirectiveNode
