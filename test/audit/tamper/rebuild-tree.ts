import type pg from 'pg'

/** Computes the whole stored tree anew from the records that are there now, as an attacker does who knows how. */
export async function rebuildTree(client: pg.Client): Promise<void> {
  await client.query(`DO $$
    DECLARE
      records BIGINT := (SELECT coalesce(max(index) + 1, 0) FROM gateway.access_record);
      tree RECORD;
      roots BYTEA := '';
    BEGIN
      DELETE FROM gateway.tree_node;
      FOR block IN 0 .. (records + 255) / 256 - 1 LOOP
        tree := gateway.fold_leaves(block * 256, roots, gateway.leaf_hashes(block * 256, block * 256 + 256));
        roots := tree.folded;
        PERFORM gateway.keep_nodes(1, 0, tree.levels, tree.indices, tree.hashes);
      END LOOP;
      UPDATE gateway.log_head SET frontier = roots, size = records;
    END $$`)
}
