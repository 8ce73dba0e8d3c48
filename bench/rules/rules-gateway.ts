import { join } from 'node:path'
import { gateway } from '../peers/gateway/peer.ts'
import type { Peer, Setup } from '../peers/peer.ts'
import { writeRulesSchema } from './rules-schema.ts'

const schemaDirOf = ({ scratchDir }: Setup): string => join(scratchDir, 'rules-schema')

/** The gateway under a policy in which pairs of purposes differ in one rule. */
export const rulesGateway: Peer = {
  ...gateway,
  name: 'gateway-rules',
  title: 'purpose-gateway under the policy of the pairs',
  prepare: (setup) => writeRulesSchema(schemaDirOf(setup)),
  env: async (setup) => ({ ...(await gateway.env(setup)), SCHEMA_DIR: schemaDirOf(setup) }),
}
