/**
 * SQL: the demo's customers whose rows `STATISTICS` does not serve, because they objected to it, or to all
 * that is done on legitimate interest, and have not taken it back. An objection to another purpose leaves them in.
 */
export const OBJECTED = `
  SELECT customer_id FROM objection WHERE (objection_purpose IS NULL OR objection_purpose = 'statistics')
    AND raised_at <= now() AND (withdrawn_at IS NULL OR withdrawn_at > now())`
