-- Which questions about groups a principal asked for a purpose on a day, as keyed digests: who and what is not in it.
-- One row per day, so that one statement can look, decide and add under the lock of the row.
CREATE TABLE "gateway"."aggregate_budget" (
    "day" DATE NOT NULL,
    "principal" BYTEA NOT NULL,
    "purpose" TEXT NOT NULL,
    "questions" BYTEA[] NOT NULL,
    CONSTRAINT "aggregate_budget_pkey" PRIMARY KEY ("day", "principal", "purpose"),
    CONSTRAINT "aggregate_budget_principal_length" CHECK (octet_length("principal") = 32)
);
