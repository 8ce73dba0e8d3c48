-- DropIndex
DROP INDEX "invoice_status_due_on_idx";

-- CreateIndex
CREATE INDEX "invoice_status_due_on_id_idx" ON "invoice"("status", "due_on" DESC, "id");
