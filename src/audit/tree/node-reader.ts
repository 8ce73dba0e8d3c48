/**
 * Reads a node: the root of the complete subtree over the leaves [index · 2^level, (index + 1) · 2^level). Level 0 are the
 * leaf hashes. Rejects where the tree does not have the node (yet).
 */
export type NodeReader = (level: number, index: number) => Promise<Uint8Array>
