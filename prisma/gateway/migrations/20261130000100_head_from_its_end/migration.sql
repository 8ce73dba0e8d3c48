-- Every commit makes a new version of the head's row. As long as an older transaction goes on in the same database, an
-- `audit verify` or a backup, no version can be forgotten; and who looks for the row by its key goes through all of them, from the
-- oldest on. The newest stands behind the others, so the index is read from its end.

-- Appends a batch: takes the head, which puts all writers in one order, gives out the indices, inserts the records, folds
-- their leaf hashes into the tree and keeps the nodes that became complete. Called as a statement of its own it is one
-- transaction, one round trip and one flush. The answer is the head before and after, and the name of the origin (null
-- until a gateway with a key has started). Changes nothing where a commit would not be durable: no row then.
CREATE OR REPLACE FUNCTION "gateway"."append_batch"(
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
    SELECT h.ctid AS place, h.size, h.frontier, h.origin AS number, h.first_index INTO STRICT head
    FROM gateway.log_head AS h ORDER BY h.single DESC LIMIT 1 FOR UPDATE;
    tree := gateway.fold_leaves(head.size - head.first_index, head.frontier, leaves);
    UPDATE gateway.log_head AS h SET size = head.size + cardinality(starts), frontier = tree.folded WHERE h.ctid = head.place;
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

CREATE OR REPLACE FUNCTION "gateway"."refuse_beyond_head"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
    IF (SELECT max(index) FROM gateway.access_record)
        >= (SELECT size FROM gateway.log_head ORDER BY single DESC LIMIT 1) THEN
        RAISE EXCEPTION 'a record beyond the head of the log is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "gateway"."refuse_node"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
    leaf_count BIGINT;
    up_to BIGINT := CASE NEW.level
        WHEN 8 THEN (NEW.index << 8) + octet_length(NEW.leaves) / 32 ELSE (NEW.index + 1) << NEW.level END;
BEGIN
    SELECT CASE WHEN h.origin = NEW.origin THEN h.size - h.first_index END INTO leaf_count
    FROM gateway.log_head AS h ORDER BY h.single DESC LIMIT 1;
    IF leaf_count IS NULL OR leaf_count < up_to THEN
        RAISE EXCEPTION 'a node beyond the head of the log is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "gateway"."refuse_checkpoint"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
    head RECORD;
BEGIN
    SELECT h.size - h.first_index AS leaf_count, o.origin AS name INTO head
    FROM (SELECT * FROM gateway.log_head ORDER BY single DESC LIMIT 1) AS h JOIN gateway.log_origin AS o ON o.number = h.origin
    WHERE o.number = NEW.origin;
    IF head.leaf_count IS NULL OR NEW.size < 0 OR NEW.size > head.leaf_count
        OR NEW.size <= (SELECT max(c.size) FROM gateway.checkpoint AS c WHERE c.origin = NEW.origin)
        OR NOT starts_with(NEW.note, concat(head.name, E'\n', NEW.size, E'\n', encode(NEW.root, 'base64'), E'\n\n')) THEN
        RAISE EXCEPTION 'a checkpoint that does not fit the log is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
