import { apolloPrisma } from './apollo-prisma/peer.ts'
import { gateway } from './gateway/peer.ts'
import { limit } from './limit/peer.ts'
import type { Peer } from './peer.ts'

/** In the order in which a round measures them. */
export const PEERS: readonly Peer[] = [limit, apolloPrisma, gateway]
