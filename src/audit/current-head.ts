/**
 * The one row of the head, behind a `FROM`, also before `FOR UPDATE`. A transaction that is older than the last commits keeps
 * their versions of it, so the index is read from its end, where the newest stands.
 */
export const CURRENT_HEAD = 'gateway.log_head ORDER BY single DESC LIMIT 1'
