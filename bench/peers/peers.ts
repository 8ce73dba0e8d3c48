import { apolloPrisma, apolloPrismaDefault, apolloPrismaShield } from './apollo-prisma/peer.ts'
import { gateway } from './gateway/peer.ts'
import { limit } from './limit/peer.ts'
import { mercurius } from './mercurius/peer.ts'
import type { Peer } from './peer.ts'
import { postGraphile } from './postgraphile/peer.ts'

/** In the order in which a round measures them. */
export const PEERS: readonly Peer[] = [
  limit,
  mercurius,
  postGraphile,
  apolloPrisma,
  apolloPrismaDefault,
  apolloPrismaShield,
  gateway,
]
