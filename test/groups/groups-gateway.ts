import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { type Answer, type Asker, startTestGateway, type TestGateway } from '../gateway.ts'

/** The demo's statistician, and nobody before a test asks. */
export const STATISTICIAN: Asker = { subject: 'sten', roles: ['STATISTICIAN'], purposes: ['STATISTICS'] }

export interface GroupsGateway {
  readonly gateway: TestGateway
  /** Asks for the purpose `STATISTICS`. */
  ask(query: string, variables?: Readonly<Record<string, unknown>>, asker?: Asker): Promise<Answer>
  close(): Promise<void>
}

export interface GroupsGatewayOptions {
  readonly databaseUrl: string
  /** What stands for `smallestGroup: 5` in the demo's declaration of `STATISTICS`. */
  readonly rule: string
  readonly today?: () => string
  readonly env?: Readonly<Record<string, string>>
}

export const SECRET = 'the secret of the tests of groups, 32+'

/** A gateway on the demo's policy, but for how groups are protected. */
export async function startGroupsGateway(options: GroupsGatewayOptions): Promise<GroupsGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'purpose-gateway-groups-'))
  await cp(join(PACKAGE_ROOT, 'schema'), folder, { recursive: true })
  const file = join(folder, 'purposes.graphql')
  const text = await readFile(file, 'utf8')
  if (!text.includes('smallestGroup: 5)')) throw new Error('the demo declares STATISTICS otherwise')
  await writeFile(file, text.replace('smallestGroup: 5)', `${options.rule})`))
  const gateway = await startTestGateway({
    databaseUrl: options.databaseUrl,
    env: { SCHEMA_DIR: folder, GATEWAY_SECRET: SECRET, ...options.env },
    ...(options.today && { today: options.today }),
  })
  return {
    gateway,
    ask: (query, variables = {}, asker = STATISTICIAN) =>
      gateway.ask(asker, { query, variables, purpose: 'STATISTICS' }),
    async close() {
      await gateway.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
