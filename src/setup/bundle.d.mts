export function buildBundle(
  root: string,
  entryPoints: readonly string[],
  outdir: string,
): Promise<readonly string[]>
