-- The log becomes an RFC 6962 Merkle tree, with checkpoints, origins and retention. A log that has records gets its tree here.
LOCK TABLE "gateway"."log_head", "gateway"."access_record" IN ACCESS EXCLUSIVE MODE;

-- A log signed by one key. With another key another origin begins, whose leaf 0 is the record at `first_index`.
CREATE TABLE "gateway"."log_origin" (
    "number" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "verifier_key" TEXT NOT NULL,
    "first_index" BIGINT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "log_origin_pkey" PRIMARY KEY ("number"),
    CONSTRAINT "log_origin_origin_key" UNIQUE ("origin"),
    CONSTRAINT "log_origin_verifier_key_key" UNIQUE ("verifier_key"),
    CONSTRAINT "log_origin_first_index_not_negative" CHECK ("first_index" >= 0)
);

-- One row per complete subtree of 256, 65,536, … leaves. All other nodes follow from at most 256 rows of one level.
CREATE TABLE "gateway"."tree_node" (
    "origin" INTEGER NOT NULL,
    "level" SMALLINT NOT NULL,
    "index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "leaves" BYTEA, -- on level 8: the leaf hashes below. Fewer than 256 only at the end of an origin that is closed.
    CONSTRAINT "tree_node_pkey" PRIMARY KEY ("origin", "level", "index"),
    CONSTRAINT "tree_node_level" CHECK ("level" BETWEEN 8 AND 56 AND "level" % 8 = 0),
    CONSTRAINT "tree_node_index_not_negative" CHECK ("index" >= 0),
    CONSTRAINT "tree_node_hash_length" CHECK (octet_length("hash") = 32),
    CONSTRAINT "tree_node_leaves_length" CHECK (CASE WHEN "level" = 8
        THEN "leaves" IS NOT NULL AND octet_length("leaves") BETWEEN 32 AND 8192 AND octet_length("leaves") % 32 = 0
        ELSE "leaves" IS NULL END)
);
-- Hashes do not compress; trying costs the commit time.
ALTER TABLE "gateway"."tree_node" ALTER COLUMN "leaves" SET STORAGE EXTERNAL;

CREATE TABLE "gateway"."checkpoint" (
    "origin" INTEGER NOT NULL,
    "size" BIGINT NOT NULL, -- leaves of this origin
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL, -- signed, C2SP tlog-checkpoint
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("origin", "size"),
    CONSTRAINT "checkpoint_origin_fkey" FOREIGN KEY ("origin") REFERENCES "gateway"."log_origin" ("number"),
    CONSTRAINT "checkpoint_root_length" CHECK (octet_length("root") = 32)
);

-- Retention: records with an index below the largest `before` are gone.
CREATE TABLE "gateway"."log_pruned" (
    "before" BIGINT NOT NULL,
    "policy" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "log_pruned_pkey" PRIMARY KEY ("before")
);

-- The records again, without the leaf hash, which follows from the record, and in an order of columns that wastes no
-- bytes: a ninth record fits on a page.
ALTER TABLE "gateway"."access_record" RENAME TO "access_record_without_tree";
ALTER TABLE "gateway"."access_record_without_tree" DROP CONSTRAINT "access_record_pkey";
DROP INDEX "gateway"."access_record_batch_key";

CREATE TABLE "gateway"."access_record" (
    "index" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "batch" UUID,
    "outcome" TEXT NOT NULL,
    "purpose" TEXT,
    "subject" TEXT,
    "app" TEXT,
    "record" BYTEA NOT NULL,
    CONSTRAINT "access_record_pkey" PRIMARY KEY ("index") WITH (fillfactor = 100), -- indices only ever grow
    CONSTRAINT "access_record_index_not_negative" CHECK ("index" >= 0),
    CONSTRAINT "access_record_record_length" CHECK (octet_length("record") BETWEEN 1 AND 65535)
);
INSERT INTO "gateway"."access_record" ("index", "at", "batch", "outcome", "purpose", "subject", "app", "record")
SELECT "index", "at", "batch", "outcome", "purpose", "subject", "app", "record"
FROM "gateway"."access_record_without_tree" ORDER BY "index";
DROP TABLE "gateway"."access_record_without_tree";

-- One entry per commit, not per record. It makes a second commit of the same batch impossible.
CREATE UNIQUE INDEX "access_record_batch_key" ON "gateway"."access_record" ("batch") WHERE "batch" IS NOT NULL;

ALTER TABLE "gateway"."log_head" ADD COLUMN "origin" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "gateway"."log_head" ADD COLUMN "first_index" BIGINT NOT NULL DEFAULT 0;

-- Adds leaf hashes (32 bytes each) to a tree of `size` leaves with this frontier: the roots of its complete subtrees, left
-- to right. Answers the new frontier, and the nodes of levels 8, 16, … that became complete.
CREATE FUNCTION "gateway"."fold_leaves"(
    "size" BIGINT, "frontier" BYTEA, "leaves" BYTEA,
    OUT "folded" BYTEA, OUT "levels" SMALLINT[], OUT "indices" BIGINT[], OUT "hashes" BYTEA[]
) LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
    roots BYTEA[] := '{}';
    depth INTEGER := octet_length(frontier) / 32;
    node BYTEA;
    place BIGINT;
    height INTEGER;
BEGIN
    levels := '{}'; indices := '{}'; hashes := '{}'; folded := '';
    FOR i IN 1 .. depth LOOP
        roots[i] := substring(frontier FROM i * 32 - 31 FOR 32);
    END LOOP;
    FOR i IN 0 .. octet_length(leaves) / 32 - 1 LOOP
        node := substring(leaves FROM i * 32 + 1 FOR 32);
        place := size + i;
        height := 0;
        WHILE place & 1 = 1 LOOP
            node := sha256('\x01'::bytea || roots[depth] || node);
            depth := depth - 1;
            place := place >> 1;
            height := height + 1;
            IF height & 7 = 0 THEN
                levels := levels || height::smallint;
                indices := indices || place;
                hashes := hashes || node;
            END IF;
        END LOOP;
        depth := depth + 1;
        roots[depth] := node;
    END LOOP;
    FOR i IN 1 .. depth LOOP
        folded := folded || roots[i];
    END LOOP;
END $$;

-- The hashes of the records from one index up to another, concatenated (RFC 6962 section 2.1).
CREATE FUNCTION "gateway"."leaf_hashes"("from_index" BIGINT, "up_to" BIGINT) RETURNS BYTEA
LANGUAGE sql STABLE SET search_path = pg_catalog SET enable_seqscan = off AS $$
    SELECT coalesce(string_agg(sha256('\x00'::bytea || r.record), ''::bytea ORDER BY r.index), ''::bytea)
    FROM gateway.access_record AS r WHERE r.index >= from_index AND r.index < up_to
$$;

-- The nodes that `fold_leaves` answered; the leaves below one on level 8 are read from the records, which must be there.
CREATE FUNCTION "gateway"."keep_nodes"(
    "of_origin" INTEGER, "first" BIGINT, "levels" SMALLINT[], "indices" BIGINT[], "hashes" BYTEA[]
) RETURNS VOID LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    FOR i IN 1 .. cardinality(levels) LOOP
        INSERT INTO gateway.tree_node (origin, level, index, hash, leaves)
        VALUES (of_origin, levels[i], indices[i], hashes[i], CASE WHEN levels[i] = 8
            THEN gateway.leaf_hashes(first + indices[i] * 256, first + indices[i] * 256 + 256) END);
    END LOOP;
END $$;

DO $$
DECLARE
    records BIGINT := (SELECT size FROM gateway.log_head);
    tree RECORD;
    roots BYTEA := '';
BEGIN
    FOR block IN 0 .. (records + 255) / 256 - 1 LOOP
        tree := gateway.fold_leaves(block * 256, roots, gateway.leaf_hashes(block * 256, block * 256 + 256));
        roots := tree.folded;
        PERFORM gateway.keep_nodes(1, 0, tree.levels, tree.indices, tree.hashes);
    END LOOP;
    UPDATE gateway.log_head SET frontier = roots;
END $$;
-- The deferred trigger on the head has events pending, which stand in the way of changes to its table.
SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE "gateway"."log_head" ALTER COLUMN "frontier" SET DEFAULT '';
ALTER TABLE "gateway"."log_head" ALTER COLUMN "frontier" SET NOT NULL;
ALTER TABLE "gateway"."log_head" ADD CONSTRAINT "log_head_frontier_length"
    CHECK (octet_length("frontier") = 32 * bit_count(("size" - "first_index")::bit(64)));

-- Appends a batch: takes the head, which puts all writers in one order, gives out the indices, inserts the records, folds
-- their leaf hashes into the tree and keeps the nodes that became complete. Called as a statement of its own it is one
-- transaction, one round trip and one flush. The answer is the index of the first record in its origin, and that origin's
-- name (null until a gateway with a key has started). Changes nothing where a commit would not be durable: no row then.
CREATE FUNCTION "gateway"."append_batch"(
    "batch_id" UUID, "leaves" BYTEA, "records" BYTEA, "starts" INTEGER[], "lengths" INTEGER[], "ats" FLOAT8[],
    "outcomes" TEXT[], "purposes" TEXT[], "subjects" TEXT[], "apps" TEXT[]
) RETURNS TABLE ("index" BIGINT, "origin" TEXT) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
    RETURN QUERY SELECT head.size - head.first_index, (
        SELECT o.origin FROM gateway.log_origin AS o WHERE o.number = head.number
    );
END $$;

-- Begins the first origin of a log, or closes the current one and begins the next, and answers its number. The caller has
-- put the final checkpoint of the one that is closed into `checkpoint`, and appends the record that holds it.
CREATE FUNCTION "gateway"."begin_origin"("name" TEXT, "key" TEXT) RETURNS INTEGER
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    head RECORD;
    leaf_count BIGINT;
    root BYTEA;
    depth INTEGER;
BEGIN
    SELECT h.size, h.frontier, h.origin AS number, h.first_index INTO STRICT head
    FROM gateway.log_head AS h WHERE h.single FOR UPDATE;
    IF EXISTS (SELECT FROM gateway.log_origin AS o WHERE o.number = head.number) THEN
        leaf_count := head.size - head.first_index;
        IF leaf_count & 255 > 0 THEN
            depth := octet_length(head.frontier) / 32;
            root := substring(head.frontier FROM depth * 32 - 31 FOR 32);
            FOR i IN 1 .. bit_count((leaf_count & 255)::bit(64)) - 1 LOOP
                root := sha256('\x01'::bytea || substring(head.frontier FROM (depth - i) * 32 - 31 FOR 32) || root);
            END LOOP;
            INSERT INTO gateway.tree_node (origin, level, index, hash, leaves) VALUES (head.number, 8, leaf_count >> 8, root,
                gateway.leaf_hashes(head.first_index + (leaf_count >> 8 << 8), head.size));
        END IF;
        head.number := head.number + 1;
        head.first_index := head.size;
        UPDATE gateway.log_head AS h SET origin = head.number, first_index = head.size, frontier = '' WHERE h.single;
    END IF;
    INSERT INTO gateway.log_origin (number, origin, verifier_key, first_index)
    VALUES (head.number, name, key, head.first_index);
    RETURN head.number;
END $$;

-- No function has rights of its own: whoever calls it needs those on the tables.
GRANT EXECUTE ON FUNCTION "gateway"."fold_leaves", "gateway"."leaf_hashes", "gateway"."keep_nodes",
    "gateway"."append_batch", "gateway"."begin_origin" TO PUBLIC;

-- Who can change what -------------------------------------------------------------------------------------------------

CREATE TRIGGER "access_record_append_only" BEFORE UPDATE OR TRUNCATE ON "gateway"."access_record"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "access_record_within_head" AFTER INSERT ON "gateway"."access_record"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_beyond_head"();
CREATE TRIGGER "log_origin_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."log_origin"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "tree_node_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."tree_node"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "checkpoint_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."checkpoint"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "log_pruned_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."log_pruned"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();

-- A record may go only where retention has drawn its line above it.
CREATE FUNCTION "gateway"."refuse_deletion"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
    IF OLD.index < (SELECT max(before) FROM gateway.log_pruned) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'DELETE of gateway.access_record is refused: the log is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER "access_record_stays" BEFORE DELETE ON "gateway"."access_record"
    FOR EACH ROW EXECUTE FUNCTION "gateway"."refuse_deletion"();

-- Nodes of the current origin only, and none over leaves that are not there.
CREATE FUNCTION "gateway"."refuse_node"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    leaf_count BIGINT;
    up_to BIGINT := CASE NEW.level
        WHEN 8 THEN (NEW.index << 8) + octet_length(NEW.leaves) / 32 ELSE (NEW.index + 1) << NEW.level END;
BEGIN
    SELECT size - first_index INTO leaf_count FROM gateway.log_head WHERE single AND origin = NEW.origin;
    IF leaf_count IS NULL OR leaf_count < up_to THEN
        RAISE EXCEPTION 'a node beyond the head of the log is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER "tree_node_within_head" AFTER INSERT ON "gateway"."tree_node"
    FOR EACH ROW EXECUTE FUNCTION "gateway"."refuse_node"();

-- Of the current origin, larger than those before, not beyond the head, and the note says what the columns say.
CREATE FUNCTION "gateway"."refuse_checkpoint"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    head RECORD;
BEGIN
    SELECT h.size - h.first_index AS leaf_count, o.origin AS name INTO head
    FROM gateway.log_head AS h JOIN gateway.log_origin AS o ON o.number = h.origin WHERE h.single AND o.number = NEW.origin;
    IF head.leaf_count IS NULL OR NEW.size < 0 OR NEW.size > head.leaf_count
        OR NEW.size <= (SELECT max(c.size) FROM gateway.checkpoint AS c WHERE c.origin = NEW.origin)
        OR NOT starts_with(NEW.note, concat(head.name, E'\n', NEW.size, E'\n', encode(NEW.root, 'base64'), E'\n\n')) THEN
        RAISE EXCEPTION 'a checkpoint that does not fit the log is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "checkpoint_fits" BEFORE INSERT ON "gateway"."checkpoint"
    FOR EACH ROW EXECUTE FUNCTION "gateway"."refuse_checkpoint"();

-- An origin is made as the head comes to it, and never by itself.
CREATE FUNCTION "gateway"."refuse_origin"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM gateway.log_head WHERE single AND origin = NEW.number AND first_index = NEW.first_index
    ) THEN
        RAISE EXCEPTION 'an origin that is not the current one is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER "log_origin_is_current" AFTER INSERT ON "gateway"."log_origin"
    FOR EACH ROW EXECUTE FUNCTION "gateway"."refuse_origin"();

-- Whole blocks of 256, whose leaf hashes are kept in `tree_node`, and only under a checkpoint that covers them.
CREATE FUNCTION "gateway"."refuse_pruning"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.before <= (SELECT max(before) FROM gateway.log_pruned) OR NOT EXISTS (
        SELECT FROM gateway.log_origin AS o JOIN gateway.checkpoint AS c ON c.origin = o.number
        WHERE o.first_index < NEW.before AND o.first_index + c.size >= NEW.before AND (
            (NEW.before - o.first_index) % 256 = 0
            OR NEW.before = (SELECT n.first_index FROM gateway.log_origin AS n WHERE n.number = o.number + 1)
        )
    ) THEN
        RAISE EXCEPTION 'pruning that no checkpoint covers, or within a block, is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "log_pruned_is_covered" BEFORE INSERT ON "gateway"."log_pruned"
    FOR EACH ROW EXECUTE FUNCTION "gateway"."refuse_pruning"();

-- At commit, the head must have grown by exactly the records that are there, in its origin; or have come, with nothing
-- unsigned left behind, to the next one. Once per change.
CREATE OR REPLACE FUNCTION "gateway"."refuse_hollow_head"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.size - OLD.size <> (
        SELECT count(*) FROM gateway.access_record WHERE index >= OLD.size AND index < NEW.size
    ) THEN
        RAISE EXCEPTION 'the head of the log may only grow, and by what was inserted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.origin = OLD.origin AND NEW.first_index = OLD.first_index THEN
        RETURN NULL;
    END IF;
    IF NEW.origin <> OLD.origin + 1 OR NEW.first_index <> OLD.size OR NEW.size <> OLD.size OR NOT EXISTS (
        SELECT FROM gateway.checkpoint WHERE origin = OLD.origin AND size = OLD.size - OLD.first_index
    ) THEN
        RAISE EXCEPTION 'an origin ends with a checkpoint of all its records' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
