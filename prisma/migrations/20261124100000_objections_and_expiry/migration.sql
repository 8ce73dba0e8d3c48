-- CreateEnum
CREATE TYPE "objection_purpose" AS ENUM ('service_improvement', 'market_analysis', 'security_review');

-- AlterTable
ALTER TABLE "consent" ADD COLUMN     "expires_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "objection" (
    "id" UUID NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "objection_purpose" "objection_purpose",
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "objection_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "objection_customer_id_objection_purpose_idx" ON "objection"("customer_id", "objection_purpose");

-- AddForeignKey
ALTER TABLE "objection" ADD CONSTRAINT "objection_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
