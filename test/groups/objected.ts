/**
 * SQL: the demo's customers whose rows `STATISTICS` does not serve, because they objected to all that is done on
 * legitimate interest and have not taken it back. An objection to one purpose of another name leaves them in.
 */
export const OBJECTED = `
  SELECT customer_id FROM objection WHERE objection_purpose IS NULL
    AND raised_at <= now() AND (withdrawn_at IS NULL OR withdrawn_at > now())`
