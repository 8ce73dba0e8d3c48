CREATE SCHEMA IF NOT EXISTS "gateway";

CREATE TABLE "gateway"."log_head" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "size" BIGINT NOT NULL DEFAULT 0,
    "frontier" BYTEA,
    CONSTRAINT "log_head_pkey" PRIMARY KEY ("single"),
    CONSTRAINT "log_head_one_row" CHECK ("single"),
    CONSTRAINT "log_head_size_not_negative" CHECK ("size" >= 0)
) WITH (fillfactor = 10); -- one row, rewritten by every commit: room for its versions on one page

INSERT INTO "gateway"."log_head" DEFAULT VALUES;

CREATE TABLE "gateway"."access_record" (
    "index" BIGINT NOT NULL,
    "batch" UUID,
    "leaf_hash" BYTEA NOT NULL,
    "record" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "purpose" TEXT,
    "subject" TEXT,
    "app" TEXT,
    CONSTRAINT "access_record_pkey" PRIMARY KEY ("index"),
    CONSTRAINT "access_record_index_not_negative" CHECK ("index" >= 0),
    CONSTRAINT "access_record_leaf_hash_length" CHECK (octet_length("leaf_hash") = 32),
    CONSTRAINT "access_record_record_length" CHECK (octet_length("record") BETWEEN 1 AND 65535)
);

-- One entry per commit, not per record. It makes a second commit of the same batch impossible.
CREATE UNIQUE INDEX "access_record_batch_key" ON "gateway"."access_record" ("batch") WHERE "batch" IS NOT NULL;

CREATE TABLE "gateway"."subject_salt" (
    "model" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "subject_salt_pkey" PRIMARY KEY ("model", "key"),
    CONSTRAINT "subject_salt_length" CHECK (octet_length("salt") = 32)
);

CREATE TABLE "gateway"."policy_version" (
    "hash" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("hash"),
    -- The first text under a hash stays for ever, so a wrong one must not get in.
    CONSTRAINT "policy_version_hash_of_text" CHECK ("hash" = encode(sha256(convert_to("text", 'UTF8')), 'hex'))
);

CREATE FUNCTION "gateway"."refuse_change"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% of gateway.% is refused: the log is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER "access_record_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."access_record"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "policy_version_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."policy_version"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "log_head_stays" BEFORE INSERT OR DELETE OR TRUNCATE ON "gateway"."log_head"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();

-- A session keeps its plans. One that was made while the log was short would read it from end to end when it is long, so
-- the two functions below may only go by the index.

-- Records only where the head has made room for them: nothing can lie in wait beyond the end. Once per statement.
CREATE FUNCTION "gateway"."refuse_beyond_head"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
    IF (SELECT max(index) FROM gateway.access_record) >= (SELECT size FROM gateway.log_head WHERE single) THEN
        RAISE EXCEPTION 'a record beyond the head of the log is refused' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "access_record_within_head" AFTER INSERT ON "gateway"."access_record"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_beyond_head"();

-- At commit, the head must have grown by exactly the records that are there. Once per commit.
CREATE FUNCTION "gateway"."refuse_hollow_head"() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.size - OLD.size <> (
        SELECT count(*) FROM gateway.access_record WHERE index >= OLD.size AND index < NEW.size
    ) THEN
        RAISE EXCEPTION 'the head of the log may only grow, and by what was inserted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "log_head_grows_by_records" AFTER UPDATE ON "gateway"."log_head"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "gateway"."refuse_hollow_head"();
