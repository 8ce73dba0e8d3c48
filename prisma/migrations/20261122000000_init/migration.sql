-- CreateEnum
CREATE TYPE "customer_kind" AS ENUM ('company', 'sole_proprietor');

-- CreateEnum
CREATE TYPE "vulnerability" AS ENUM ('payment_hardship', 'debt_restructuring', 'estate');

-- CreateEnum
CREATE TYPE "subscription_plan" AS ENUM ('start', 'standard', 'plus', 'payroll');

-- CreateEnum
CREATE TYPE "subscription_status" AS ENUM ('trial', 'active', 'paused', 'cancelled');

-- CreateEnum
CREATE TYPE "invoice_status" AS ENUM ('issued', 'overdue', 'paid', 'credited');

-- CreateEnum
CREATE TYPE "payment_method" AS ENUM ('bank_transfer', 'direct_debit', 'card', 'mobile');

-- CreateEnum
CREATE TYPE "ticket_status" AS ENUM ('open', 'waiting', 'solved');

-- CreateEnum
CREATE TYPE "message_author" AS ENUM ('customer', 'agent');

-- CreateEnum
CREATE TYPE "consent_purpose" AS ENUM ('marketing', 'partner_offers');

-- CreateEnum
CREATE TYPE "consent_source" AS ENUM ('sign_up', 'profile', 'phone');

-- CreateTable
CREATE TABLE "customer" (
    "id" SERIAL NOT NULL,
    "kind" "customer_kind" NOT NULL,
    "cvr" VARCHAR(8),
    "name" TEXT NOT NULL,
    "street_address" TEXT NOT NULL,
    "postcode" VARCHAR(10) NOT NULL,
    "city" TEXT NOT NULL,
    "country_code" VARCHAR(2) NOT NULL,
    "industry_code" VARCHAR(6),
    "employee_count" INTEGER,
    "vulnerability" "vulnerability",
    "bookkeeper_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact" (
    "id" SERIAL NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "full_name" TEXT NOT NULL,
    "title" TEXT,
    "email" TEXT,
    "phone" VARCHAR(20),
    "cpr_number" VARCHAR(10),
    "birth_date" DATE,
    "is_primary" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" UUID NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "plan" "subscription_plan" NOT NULL,
    "status" "subscription_status" NOT NULL,
    "seats" INTEGER NOT NULL DEFAULT 1,
    "monthly_price" DECIMAL(14,2) NOT NULL,
    "started_on" DATE NOT NULL,
    "ended_on" DATE,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice" (
    "id" SERIAL NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "invoice_number" INTEGER NOT NULL,
    "status" "invoice_status" NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "due_on" DATE NOT NULL,
    "currency_code" VARCHAR(3) NOT NULL,
    "net_amount" DECIMAL(14,2) NOT NULL,
    "vat_amount" DECIMAL(14,2) NOT NULL,
    "total_amount" DECIMAL(14,2) NOT NULL,
    "buyer_reference" TEXT,
    "credit_note_of_id" INTEGER,

    CONSTRAINT "invoice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice_line" (
    "id" SERIAL NOT NULL,
    "invoice_id" INTEGER NOT NULL,
    "line_position" INTEGER NOT NULL,
    "subscription_id" UUID,
    "description" TEXT NOT NULL,
    "quantity" DECIMAL(12,3) NOT NULL,
    "unit_name" TEXT NOT NULL,
    "unit_price" DECIMAL(14,2) NOT NULL,
    "vat_rate" DECIMAL(5,2) NOT NULL,
    "net_amount" DECIMAL(14,2) NOT NULL,

    CONSTRAINT "invoice_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" SERIAL NOT NULL,
    "invoice_id" INTEGER NOT NULL,
    "bank_account_id" INTEGER,
    "payment_method" "payment_method" NOT NULL,
    "amount" DECIMAL(14,2) NOT NULL,
    "currency_code" VARCHAR(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "payment_reference" TEXT NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bank_account" (
    "id" SERIAL NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "holder_name" TEXT NOT NULL,
    "bank_name" TEXT NOT NULL,
    "registration_number" VARCHAR(4) NOT NULL,
    "account_number" VARCHAR(10) NOT NULL,
    "iban" VARCHAR(34) NOT NULL,
    "closed_on" DATE,

    CONSTRAINT "bank_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "customer_id" INTEGER NOT NULL,
    "entry_number" INTEGER NOT NULL,
    "voucher_number" INTEGER NOT NULL,
    "account_number" INTEGER NOT NULL,
    "entry_text" TEXT NOT NULL,
    "amount" DECIMAL(14,2) NOT NULL,
    "posted_on" DATE NOT NULL,
    "invoice_id" INTEGER,
    "payment_id" INTEGER,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("customer_id","entry_number")
);

-- CreateTable
CREATE TABLE "support_ticket" (
    "ticket_number" VARCHAR(12) NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "contact_id" INTEGER,
    "subject" TEXT NOT NULL,
    "status" "ticket_status" NOT NULL,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "satisfaction_rating" INTEGER,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "solved_at" TIMESTAMPTZ(3),

    CONSTRAINT "support_ticket_pkey" PRIMARY KEY ("ticket_number")
);

-- CreateTable
CREATE TABLE "ticket_message" (
    "ticket_number" VARCHAR(12) NOT NULL,
    "sequence_number" INTEGER NOT NULL,
    "author" "message_author" NOT NULL,
    "body" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ticket_message_pkey" PRIMARY KEY ("ticket_number","sequence_number")
);

-- CreateTable
CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "contact_id" INTEGER NOT NULL,
    "consent_purpose" "consent_purpose" NOT NULL,
    "consent_source" "consent_source" NOT NULL,
    "wording_version" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_event" (
    "id" BIGSERIAL NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "contact_id" INTEGER,
    "feature_name" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER,
    "size_bytes" BIGINT,
    "properties" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "customer_cvr_key" ON "customer"("cvr");

-- CreateIndex
CREATE INDEX "customer_name_idx" ON "customer"("name");

-- CreateIndex
CREATE INDEX "customer_postcode_idx" ON "customer"("postcode");

-- CreateIndex
CREATE INDEX "customer_industry_code_idx" ON "customer"("industry_code");

-- CreateIndex
CREATE INDEX "customer_created_at_idx" ON "customer"("created_at");

-- CreateIndex
CREATE INDEX "customer_bookkeeper_id_idx" ON "customer"("bookkeeper_id");

-- CreateIndex
CREATE INDEX "contact_customer_id_idx" ON "contact"("customer_id");

-- CreateIndex
CREATE INDEX "contact_email_idx" ON "contact"("email");

-- CreateIndex
CREATE INDEX "contact_phone_idx" ON "contact"("phone");

-- CreateIndex
CREATE INDEX "contact_full_name_idx" ON "contact"("full_name");

-- CreateIndex
CREATE INDEX "subscription_customer_id_idx" ON "subscription"("customer_id");

-- CreateIndex
CREATE INDEX "subscription_status_plan_idx" ON "subscription"("status", "plan");

-- CreateIndex
CREATE INDEX "subscription_started_on_idx" ON "subscription"("started_on");

-- CreateIndex
CREATE UNIQUE INDEX "invoice_invoice_number_key" ON "invoice"("invoice_number");

-- CreateIndex
CREATE INDEX "invoice_customer_id_issued_at_idx" ON "invoice"("customer_id", "issued_at");

-- CreateIndex
CREATE INDEX "invoice_issued_at_idx" ON "invoice"("issued_at");

-- CreateIndex
CREATE INDEX "invoice_status_due_on_idx" ON "invoice"("status", "due_on");

-- CreateIndex
CREATE INDEX "invoice_credit_note_of_id_idx" ON "invoice"("credit_note_of_id");

-- CreateIndex
CREATE INDEX "invoice_line_subscription_id_idx" ON "invoice_line"("subscription_id");

-- CreateIndex
CREATE UNIQUE INDEX "invoice_line_invoice_id_line_position_key" ON "invoice_line"("invoice_id", "line_position");

-- CreateIndex
CREATE INDEX "payment_invoice_id_idx" ON "payment"("invoice_id");

-- CreateIndex
CREATE INDEX "payment_bank_account_id_idx" ON "payment"("bank_account_id");

-- CreateIndex
CREATE INDEX "payment_received_at_idx" ON "payment"("received_at");

-- CreateIndex
CREATE INDEX "payment_payment_reference_idx" ON "payment"("payment_reference");

-- CreateIndex
CREATE UNIQUE INDEX "bank_account_iban_key" ON "bank_account"("iban");

-- CreateIndex
CREATE INDEX "bank_account_customer_id_idx" ON "bank_account"("customer_id");

-- CreateIndex
CREATE INDEX "ledger_entry_customer_id_posted_on_idx" ON "ledger_entry"("customer_id", "posted_on");

-- CreateIndex
CREATE INDEX "ledger_entry_account_number_posted_on_idx" ON "ledger_entry"("account_number", "posted_on");

-- CreateIndex
CREATE INDEX "ledger_entry_invoice_id_idx" ON "ledger_entry"("invoice_id");

-- CreateIndex
CREATE INDEX "ledger_entry_payment_id_idx" ON "ledger_entry"("payment_id");

-- CreateIndex
CREATE INDEX "support_ticket_customer_id_opened_at_idx" ON "support_ticket"("customer_id", "opened_at");

-- CreateIndex
CREATE INDEX "support_ticket_contact_id_idx" ON "support_ticket"("contact_id");

-- CreateIndex
CREATE INDEX "support_ticket_status_opened_at_idx" ON "support_ticket"("status", "opened_at");

-- CreateIndex
CREATE INDEX "ticket_message_sent_at_idx" ON "ticket_message"("sent_at");

-- CreateIndex
CREATE INDEX "consent_customer_id_consent_purpose_idx" ON "consent"("customer_id", "consent_purpose");

-- CreateIndex
CREATE INDEX "consent_contact_id_consent_purpose_idx" ON "consent"("contact_id", "consent_purpose");

-- CreateIndex
CREATE INDEX "consent_given_at_idx" ON "consent"("given_at");

-- CreateIndex
CREATE INDEX "usage_event_customer_id_occurred_at_idx" ON "usage_event"("customer_id", "occurred_at");

-- CreateIndex
CREATE INDEX "usage_event_contact_id_idx" ON "usage_event"("contact_id");

-- CreateIndex
CREATE INDEX "usage_event_feature_name_occurred_at_idx" ON "usage_event"("feature_name", "occurred_at");

-- AddForeignKey
ALTER TABLE "customer" ADD CONSTRAINT "customer_bookkeeper_id_fkey" FOREIGN KEY ("bookkeeper_id") REFERENCES "customer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice" ADD CONSTRAINT "invoice_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice" ADD CONSTRAINT "invoice_credit_note_of_id_fkey" FOREIGN KEY ("credit_note_of_id") REFERENCES "invoice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice_line" ADD CONSTRAINT "invoice_line_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice_line" ADD CONSTRAINT "invoice_line_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscription"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_bank_account_id_fkey" FOREIGN KEY ("bank_account_id") REFERENCES "bank_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bank_account" ADD CONSTRAINT "bank_account_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "support_ticket" ADD CONSTRAINT "support_ticket_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "support_ticket" ADD CONSTRAINT "support_ticket_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ticket_message" ADD CONSTRAINT "ticket_message_ticket_number_fkey" FOREIGN KEY ("ticket_number") REFERENCES "support_ticket"("ticket_number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE SET NULL ON UPDATE CASCADE;
