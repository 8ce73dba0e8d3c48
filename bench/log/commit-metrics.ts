/** What a gateway has counted about its commits to the log since it started. */
export interface CommitMetrics {
  readonly commits: number
  readonly records: number
  readonly seconds: number
}

export async function commitMetricsOf(origin: string): Promise<CommitMetrics> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  // A metric that has not been counted yet is not listed.
  const counted = (name: string): number =>
    Number(new RegExp(`^purpose_gateway_audit_${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1] ?? 0)
  return {
    commits: counted('commit_duration_seconds_count'),
    records: counted('records_total'),
    seconds: counted('commit_duration_seconds_sum'),
  }
}
