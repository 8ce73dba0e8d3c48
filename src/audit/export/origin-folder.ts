/** The name of an origin's folder: slashes and the like are written `_`, as in `CHECKPOINT_DIR`. */
export function originFolder(origin: string): string {
  return origin.replace(/[^\w.-]/g, '_')
}
