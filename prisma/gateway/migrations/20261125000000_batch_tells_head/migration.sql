-- Whoever appends a batch learns the head that it made, and may fold the next batch by itself as long as nobody else appends.
DROP FUNCTION "gateway"."append_batch"(UUID, BYTEA, BYTEA, INTEGER[], INTEGER[], FLOAT8[], TEXT[], TEXT[], TEXT[], TEXT[]);

-- Appends a batch: takes the head, which puts all writers in one order, gives out the indices, inserts the records, folds
-- their leaf hashes into the tree and keeps the nodes that became complete. Called as a statement of its own it is one
-- transaction, one round trip and one flush. The answer is the head before and after, and the name of the origin (null
-- until a gateway with a key has started). Changes nothing where a commit would not be durable: no row then.
CREATE FUNCTION "gateway"."append_batch"(
    "batch_id" UUID, "leaves" BYTEA, "records" BYTEA, "starts" INTEGER[], "lengths" INTEGER[], "ats" FLOAT8[],
    "outcomes" TEXT[], "purposes" TEXT[], "subjects" TEXT[], "apps" TEXT[]
) RETURNS TABLE ("size" BIGINT, "number" INTEGER, "first_index" BIGINT, "frontier" BYTEA, "origin" TEXT)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
#variable_conflict use_column
DECLARE
    head RECORD;
    tree RECORD;
BEGIN
    IF current_setting('synchronous_commit') <> 'on' THEN
        RETURN;
    END IF;
    SELECT h.size, h.frontier, h.origin AS number, h.first_index INTO STRICT head
    FROM gateway.log_head AS h WHERE h.single FOR UPDATE;
    tree := gateway.fold_leaves(head.size - head.first_index, head.frontier, leaves);
    UPDATE gateway.log_head AS h SET size = head.size + cardinality(starts), frontier = tree.folded WHERE h.single;
    INSERT INTO gateway.access_record (index, at, batch, outcome, purpose, subject, app, record)
    SELECT head.size + r.n - 1, to_timestamp(r.at / 1000.0), CASE WHEN r.n = 1 THEN batch_id END,
        r.outcome, r.purpose, r.subject, r.app, substring(records FROM r.start FOR r.length)
    FROM unnest(starts, lengths, ats, outcomes, purposes, subjects, apps)
        WITH ORDINALITY AS r(start, length, at, outcome, purpose, subject, app, n);
    IF cardinality(tree.levels) > 0 THEN
        PERFORM gateway.keep_nodes(head.number, head.first_index, tree.levels, tree.indices, tree.hashes);
    END IF;
    RETURN QUERY SELECT head.size, head.number, head.first_index, tree.folded, (
        SELECT o.origin FROM gateway.log_origin AS o WHERE o.number = head.number
    );
END $$;
GRANT EXECUTE ON FUNCTION "gateway"."append_batch" TO PUBLIC;
