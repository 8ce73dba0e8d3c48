CREATE TABLE "gateway"."break_glass_use" (
    "id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "app" TEXT NOT NULL,
    "roles" TEXT[] NOT NULL,
    "purpose" TEXT NOT NULL,
    "justification" TEXT NOT NULL,
    "policy" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "review_by" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "break_glass_use_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "break_glass_use_closes" CHECK ("closes_at" > "opened_at" AND "review_by" > "opened_at")
);

-- Found by who asks and for what.
CREATE INDEX "break_glass_use_subject_purpose_idx" ON "gateway"."break_glass_use" ("subject", "purpose", "opened_at");

CREATE TABLE "gateway"."break_glass_review" (
    "use_id" UUID NOT NULL,
    "reviewer" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "reviewed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "break_glass_review_pkey" PRIMARY KEY ("use_id"),
    CONSTRAINT "break_glass_review_use_id_fkey" FOREIGN KEY ("use_id") REFERENCES "gateway"."break_glass_use"("id") ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT "break_glass_review_says_something" CHECK (btrim("reviewer") <> '' AND btrim("note") <> '')
);

CREATE TRIGGER "break_glass_use_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."break_glass_use"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
CREATE TRIGGER "break_glass_review_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "gateway"."break_glass_review"
    FOR EACH STATEMENT EXECUTE FUNCTION "gateway"."refuse_change"();
